// Stands in for what premiere_markers.jsx uses of Premiere Pro and ExtendScript; run by Node.
// Arguments: the script, an analysis, how often to run. Prints what was said, the
// markers and how often they were asked for as JSON.
var fs = require("fs"), vm = require("vm");
var script = process.argv[2], analysis = process.argv[3], said = [], made = [], asked = 0;

function Marker(seconds) {
  var ticks = Math.round(seconds * 254016000000), color = 0, end = null;
  this.start = { seconds: ticks / 254016000000 };
  this.setColorByIndex = function (index) {
    if (index !== (index | 0) || index < 0 || index > 7) { throw new Error("no such colour"); }
    color = index;
  };
  Object.defineProperty(this, "end", {
    set: function (value) {
      if (typeof value !== "number") { throw new Error("seconds wanted"); }
      end = value;
    },
    get: function () { return { seconds: end }; }
  });
  this.told = function () {
    return { start: this.start.seconds, end: end, color: color, name: this.name, comments: this.comments };
  };
}
var markers = {
  createMarker: function (seconds) { made.push(new Marker(seconds)); return made[made.length - 1]; },
  getFirstMarker: function () { asked++; return made[0]; },
  getNextMarker: function (marker) { asked++; return made[made.indexOf(marker) + 1]; }
};
function File() {}
File.prototype.parent = {
  getFiles: function () {
    return [{ open: function () {}, close: function () {}, read: function () {
      return fs.readFileSync(analysis, "utf8");
    } }];
  }
};
var host = {
  $: { fileName: script }, File: File, alert: function (line) { said.push(line); },
  app: { project: { activeSequence: { markers: markers } } }
};
for (var i = 0; i < Number(process.argv[4]); i++) {
  vm.runInNewContext(fs.readFileSync(script, "utf8"), host);
}
console.log(JSON.stringify({
  said: said, asked: asked, markers: made.map(function (m) { return m.told(); })
}));
