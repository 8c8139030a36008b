// The last part: everything is known, and the map is shown.

addEventListener("resize", resize);
resize();
