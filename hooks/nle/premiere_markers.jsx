// Markers of a cinetag analysis for the active sequence of Premiere Pro (ExtendScript).
//
// NOT RUN IN PREMIERE: written after the published description of its scripting interface, and tested
// against a stand-in of it. Please report what your version does.
//
// The sequence must begin with the first frame of the film; its rate may be another. Run it from the
// ExtendScript debugger or a panel of yours: it takes the only film.cinetag.json beside it, or asks.
// Every beat, every tag span and, at the start, the tags of the whole film become comment markers. A
// marker that stands already with the same name and time is not made again.
//@target premierepro

var cinetag = {};

cinetag.OTHER = 5;
cinetag.BEATS = [
  "victory_good victory",
  "battle physical_war war_destruction bomb_explosion fire_attack arrows_war",
  "romance joy_bad bad_argue_bad joy",
  "pursuit victory_bad car_pursuit bike_pursuit horse_pursuit men_pursuit",
  "battle_preparation",
  "",
  "despair_good despair_by_expressions despair_in_jail despair",
  "good_argue_good good_argue_bad argument"
];
cinetag.TAGS = [
  "adventure animal beach_sea climbing desert hiking forest valleys_hills",
  "action bomb_explosion car_chase destruction sword_fight vehicle_crash violence military war weapon",
  "children family wedding college_university hospital nudity romance sex horror monster",
  "",
  "club_bar dance music drinking food smoking exercise sports swimming glamor_fashion",
  "animation drama",
  "abduction heist murder police prison",
  "lab_experiment sci_fi super_hero technology robot"
];

// Marks a sequence; returns what was done in one line.
cinetag.main = function (sequence, analysis) {
  var wanted = cinetag.markers(analysis), standing = cinetag.standing(sequence.markers), made = 0, moved = 0;
  for (var i = 0; i < wanted.length; i++) {
    var row = wanted[i];
    if (cinetag.stands(standing, row)) { continue; }
    var marker = sequence.markers.createMarker(row.start);
    marker.name = row.name;
    marker.comments = row.note;
    marker.end = row.end; // seconds, not a Time
    marker.setColorByIndex(row.colour);
    made++;
    if (Math.abs(marker.start.seconds - row.start) > row.half) { moved++; }
  }
  var said = "cinetag: " + made + " markers, " + (wanted.length - made) + " stood already";
  return moved ? said + "; " + moved + " lie off their frame" : said;
};

// The seconds at which markers stand, by their names; read once, for each question goes to Premiere.
cinetag.standing = function (markers) {
  var found = {};
  for (var at = markers.getFirstMarker(); at; at = markers.getNextMarker(at)) {
    cinetag.starts(found, at.name).push(at.start.seconds);
  }
  return found;
};

cinetag.starts = function (standing, name) {
  var key = "named " + name; // no property that every object has
  return standing[key] || (standing[key] = []);
};

// Whether a marker stands already; one that does not will.
cinetag.stands = function (standing, row) {
  var starts = cinetag.starts(standing, row.name);
  for (var i = 0; i < starts.length; i++) {
    if (Math.abs(starts[i] - row.start) <= row.half) { return true; }
  }
  starts.push(row.start);
  return false;
};

// The markers of an analysis: seconds from the start, half a frame, colour, name, note.
cinetag.markers = function (analysis) {
  var seconds = cinetag.seconds(analysis.film), found = [], held = {}, i;
  var half = (seconds(1) - seconds(0)) / 2;
  function add(start, end, colour, name, note) {
    found.push({ start: start, end: end, half: half, colour: colour, name: name, note: note });
  }
  var spans = analysis.tag_spans || [], beats = analysis.beats || [], tags = [], said = [];
  for (i = 0; i < spans.length; i++) { held["tag " + spans[i].tag] = true; }
  for (i = 0; i < (analysis.tags || []).length; i++) {
    if (held["tag " + analysis.tags[i].tag]) { tags.push(analysis.tags[i]); }
  }
  tags.sort(function (a, b) {
    return b.relative_strength - a.relative_strength || (a.tag < b.tag ? -1 : 1);
  });
  for (i = 0; i < tags.length; i++) {
    said.push(cinetag.spoken(tags[i].tag) + " " + tags[i].relative_strength.toFixed(2));
  }
  if (said.length) { add(0, seconds(1), cinetag.OTHER, "Film: " + said[0], said.join(" - ")); }
  for (i = 0; i < beats.length; i++) {
    var beat = beats[i];
    add(seconds(beat.start), seconds(beat.end), cinetag.colour(beat.category, cinetag.BEATS),
      cinetag.spoken(beat.category), "beat - confidence " + beat.confidence.toFixed(2));
  }
  for (i = 0; i < spans.length; i++) {
    var span = spans[i];
    add(seconds(span.start), seconds(span.end), cinetag.colour(span.tag, cinetag.TAGS),
      cinetag.spoken(span.tag), "tag - strength " + span.strength.toFixed(2) +
      " - probability " + span.probability.toFixed(2));
  }
  return found;
};

// What gives the seconds of a frame since the first.
cinetag.seconds = function (film) {
  var rate = film.rate.split("/"), base = film.time_base.split("/"), runs = film.timing;
  if (!film.variable_rate) {
    return function (frame) { return frame * rate[1] / rate[0]; };
  }
  return function (frame) {
    var run = runs[0];
    for (var i = 0; i < runs.length && runs[i].frame <= frame; i++) { run = runs[i]; }
    return (run.pts + (frame - run.frame) * run.step - runs[0].pts) * base[0] / base[1];
  };
};

cinetag.colour = function (slug, colours) {
  for (var i = 0; i < colours.length; i++) {
    if ((" " + colours[i] + " ").indexOf(" " + slug + " ") >= 0) { return i; }
  }
  return cinetag.OTHER;
};

cinetag.spoken = function (slug) {
  var words = slug.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

// ExtendScript has no JSON; eval would run whatever a file says.
cinetag.parse = function (text) {
  var at = 0;
  var token = /\s*(?:([{}\[\]:,])|(true|false|null)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"((?:[^"\\]|\\.)*)")/g;
  var words = { "true": true, "false": false, "null": null };
  var escapes = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
  var kind, value;
  function next() {
    token.lastIndex = at;
    var match = token.exec(text);
    if (!match || match.index !== at) { throw new Error("no JSON at character " + at); }
    at = token.lastIndex;
    kind = match[1] || "value";
    value = match[2] ? words[match[2]] : match[3] ? Number(match[3]) : unescaped(match[4] || "");
  }
  function unescaped(said) {
    return said.replace(/\\(u([0-9a-fA-F]{4})|.)/g, function (whole, letter, code) {
      return code ? String.fromCharCode(parseInt(code, 16)) : escapes[letter] || letter;
    });
  }
  function expect(wanted) {
    if (kind !== wanted) { throw new Error("no JSON before character " + at); }
  }
  function read() {
    if (kind === "[") { return list(); }
    if (kind === "{") { return record(); }
    expect("value");
    return value;
  }
  function list() {
    var items = [];
    next();
    while (kind !== "]") {
      if (items.length) { expect(","); next(); }
      items.push(read());
      next();
    }
    return items;
  }
  function record() {
    var fields = {}, first = true;
    next();
    while (kind !== "}") {
      if (!first) { expect(","); next(); }
      first = false;
      expect("value");
      var name = String(value);
      next();
      expect(":");
      next();
      fields[name] = read();
      next();
    }
    return fields;
  }
  next();
  return read();
};

cinetag.analysis = function () {
  var beside = new File($.fileName).parent.getFiles("*.cinetag.json");
  var file = beside.length === 1 ? beside[0] : File.openDialog("An analysis of cinetag");
  if (!file) { return null; }
  file.encoding = "UTF-8";
  file.open("r");
  var text = file.read();
  file.close();
  return cinetag.parse(text);
};

if (typeof app !== "undefined") {
  var cinetagAnalysis = cinetag.analysis();
  if (cinetagAnalysis && app.project.activeSequence) {
    alert(cinetag.main(app.project.activeSequence, cinetagAnalysis));
  } else {
    alert("cinetag: no analysis, or no sequence is open");
  }
}
