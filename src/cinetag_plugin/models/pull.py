"""Getting the file of a model whose card is known: over the net, or from a file that is here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.models.address import fault_of_address
from cinetag_plugin.models.checksums import difference
from cinetag_plugin.models.download import TIMEOUT, Download, Report
from cinetag_plugin.models.part import Part, opened_part
from cinetag_plugin.models.store import ModelStore, StoredModel, read_model


def pull(
    store: ModelStore,
    name: str,
    source: str = "",
    *,
    tell: Callable[[str], None],
    report: Report,
    timeout: float = TIMEOUT,
) -> StoredModel:
    """Return a model with its file, fetched into the user's folder where it is not here yet.

    Args:
        store: knows the card, and keeps the file.
        name: the model's.
        source: a file, or an address of a mirror; the card's own address where empty. The file must
            be the one the card speaks of, wherever it comes from.
        tell: takes a line for people.
        report: is told how many bytes have come.
        timeout: seconds that a server may be silent.

    Raises:
        ModelError: no such model; it cannot be had, or is another file than the card speaks of.
        UsageError: ``source`` is an address that nothing is fetched from.
        ExportError: the user's folder cannot be written.
    """
    model = store.named(name)
    _check_source(source)
    if _is_sound(model, can_be_had=bool(source or model.card.address)):
        tell(f"{name} is here already: {model.path}")
        return model
    store.refuse_own(model.card)
    if source and not _is_address(source):
        kept = _kept_from_file(store, model.card, Path(source))
    else:
        store.make_folder()
        with opened_part(store.part_path(name), name) as part, _told_what_is_kept(part, name, tell):
            address = source or model.card.address
            tell(_beginning(model.card, address, part))
            kept = store.keep(model.card, _fetched(model.card, address, part, report, timeout))
            part.forget()
    tell(f"pulled {name}: {kept.path}")
    return kept


@contextmanager
def _told_what_is_kept(part: Part, name: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Say what is left of a pull that somebody ends; of errors, their messages say it."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        if part.size:
            tell(f"{name}: {part.size} bytes are kept: run it again to go on")
        raise


def _is_sound(model: StoredModel, *, can_be_had: bool) -> bool:
    """Say whether a model is here and whole; a damaged one that no pull can mend is an error."""
    try:
        model.content()
    except ModelError:
        shipped_with_file = model.is_here and model.origin not in {"user", "pulled"}
        if shipped_with_file or not can_be_had:
            raise
        return False
    return True


def _is_address(source: str) -> bool:
    return "://" in source


def _check_source(source: str) -> None:
    fault = fault_of_address(source) if _is_address(source) else ""
    if fault:
        raise UsageError(f"--from {source}", fault, "give a file, or an address of https")


def _kept_from_file(store: ModelStore, card: Card, path: Path) -> StoredModel:
    content = read_model(path)
    fault = difference(content, card)
    if fault:
        raise ModelError(path, fault, "give the file that the card speaks of")
    kept = store.keep(card, content)
    store.part_path(card.name).unlink(missing_ok=True)
    return kept


def _beginning(card: Card, address: str, part: Part) -> str:
    of = f" of {card.bytes}" if card.bytes else ""
    begun = f"going on after {part.size}{of} bytes" if part.size else f"{card.bytes or 'unknown'} bytes"
    return f"pulling {card.name} from {address}: {begun}"


def _fetched(card: Card, address: str, part: Part, report: Report, timeout: float) -> bytes:
    """Return the file, whole and checked; where old and new bytes do not make one, all is fetched anew."""
    download = Download(card, address, part, report, timeout)
    download.run()
    fault = difference(part.content(), card)
    if fault and download.resumed:
        part.forget()
        download.run()
        fault = difference(part.content(), card)
    if fault:
        part.forget()
        raise ModelError(address, f"{fault}; nothing of it was kept", "choose another source with --from")
    return part.content()
