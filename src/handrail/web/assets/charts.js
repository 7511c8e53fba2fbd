// Draws the chart of a report from the values that stand on its page. The table says the same; without this script it stands alone.
(() => {
  "use strict";
  const TONES = { alert: "--alert", wait: "--chart-wait", soft: "--chart-soft", system: "--chart-system", good: "--chart-good", pale: "--chart-pale", calm: "--chart-calm" };
  const LOUD = ["alert", "wait"];
  const BAR = 44;

  function options(values, style) {
    const color = (name) => style.getPropertyValue(name).trim();
    const text = { color: color("--text"), fontFamily: style.fontFamily };
    const narrow = window.innerWidth < 600;
    return {
      animation: false,
      textStyle: text,
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      legend: { top: 0, left: 0, textStyle: text, itemGap: 14 },
      grid: { top: narrow ? 92 : 48, left: 4, right: 28, bottom: 4, containLabel: true },
      xAxis: { type: "value", minInterval: 1, splitNumber: narrow ? 2 : 5, axisLabel: text, splitLine: { lineStyle: { color: color("--line") } } },
      yAxis: {
        type: "category",
        inverse: true,
        data: values.bars,
        axisLabel: { ...text, width: narrow ? 112 : 240, overflow: "break", lineHeight: 15, interval: 0 },
        axisTick: { show: false },
      },
      series: values.series.map((each) => ({
        name: each.name,
        type: "bar",
        stack: "all",
        barMaxWidth: 22,
        // What must be looked at lies above its neighbors, with a border of its own color: so thin it may be, it is seen. A zero has no bar.
        z: LOUD.includes(each.tone) ? 3 : 2,
        data: each.values.map((many) => many || null),
        itemStyle: { color: color(TONES[each.tone]), borderColor: color(LOUD.includes(each.tone) ? TONES[each.tone] : "--chart-edge"), borderWidth: LOUD.includes(each.tone) ? 3 : 1 },
      })),
    };
  }

  function draw() {
    const place = document.querySelector(".chart");
    const held = document.querySelector(".chart-values");
    if (!place || !held || !window.echarts || place.dataset.drawn) return;
    const values = JSON.parse(held.textContent);
    place.dataset.drawn = "yes";
    place.hidden = false;
    place.style.height = `${values.bars.length * BAR + 140}px`;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const show = () => chart.setOption(options(values, getComputedStyle(document.documentElement)), true);
    show();
    new ResizeObserver(() => { chart.resize(); show(); }).observe(place);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  }

  draw();
  document.addEventListener("htmx:after:swap", draw);
})();
