// The charts are there as pictures already. Where scripts may run, they are drawn anew,
// so that numbers show under the pointer; where that fails, the pictures stay.
(function () {
  "use strict";
  const given = JSON.parse(document.getElementById("specifications").textContent);
  const options = {
    mode: "vega-lite", renderer: "svg", actions: false, formatLocale: given.numbers,
  };
  for (const [name, specification] of Object.entries(given.charts)) {
    const place = document.querySelector(`[data-chart="${name}"]`);
    const fresh = document.createElement("div");
    vegaEmbed(fresh, specification, options).then(function () {
      place.replaceChildren(fresh);
      place.dataset.drawn = "yes";
    }).catch(function (error) { console.error(name, error); });
  }
})();
