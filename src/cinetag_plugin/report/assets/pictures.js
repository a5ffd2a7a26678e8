// Key frames, cut out of sheets that hold many of them. A sheet is unpacked when it is first looked at.

class Pictures {
  constructor(facts, sheets) {
    this.facts = facts;
    this.sheets = sheets;
    this.places = new Map(facts ? facts.shots.map((shot, place) => [shot, place]) : []);
    this.urls = new Map();
    this.images = new Map();
  }

  has(shot) {
    return this.places.has(shot);
  }

  // The style of an element that shows the picture of a shot, `width` pixels wide.
  style(shot, width) {
    const { place, x, y } = this.place(shot);
    const share = width / this.facts.width;
    return {
      width: `${width}px`,
      height: `${Math.round(this.facts.height * share)}px`,
      backgroundImage: `url("${this.url(place)}")`,
      backgroundPosition: `${-x * share}px ${-y * share}px`,
      backgroundSize: `${this.facts.width * this.facts.columns * share}px auto`,
    };
  }

  // Paint the picture of a shot into a box of a canvas; one that is still unpacked is painted by `again`.
  paint(canvas, shot, box, again) {
    const { place, x, y } = this.place(shot);
    const image = this.image(place, again);
    if (!image.complete || !image.naturalWidth) return;
    const { width, height } = this.facts;
    canvas.drawImage(image, x, y, width, height, box.x, box.y, box.width, box.height);
  }

  place(shot) {
    const { columns, rows, width, height } = this.facts;
    const at = this.places.get(shot);
    const inside = at % (columns * rows);
    const x = (inside % columns) * width;
    const y = Math.floor(inside / columns) * height;
    return { place: Math.floor(at / (columns * rows)), x, y };
  }

  url(place) {
    if (!this.urls.has(place)) {
      const bytes = bytesOf(this.sheets[place]);
      this.urls.set(place, URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })));
      this.sheets[place] = '';
    }
    return this.urls.get(place);
  }

  image(place, again) {
    if (!this.images.has(place)) {
      const image = new Image();
      image.onload = again;
      image.src = this.url(place);
      this.images.set(place, image);
    }
    return this.images.get(place);
  }
}
