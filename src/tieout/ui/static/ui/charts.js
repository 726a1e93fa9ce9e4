// Replaces a drawn chart by a live one of the same option: tooltips, and arrow keys that tell each point.
// The drawing stays for paper. Nothing is formatted here: the texts come with the chart.
import { finished } from "./chart-option.js";

const LETTERING = 12;

for (const figure of document.querySelectorAll("[data-chart]")) enliven(figure);
document.addEventListener("htmx:load", (event) => {
  for (const figure of event.target.querySelectorAll?.("[data-chart]") ?? []) enliven(figure);
});

async function enliven(figure) {
  const place = figure.querySelector(".figure__live");
  const data = figure.querySelector('script[type="application/json"]');
  if (!place || !data || !place.hidden) return;
  await import("./vendor/echarts.min.js");
  if (!place.hidden) return; // somebody was quicker
  const still = figure.querySelector(".figure__still");
  const { width, height } = still.getBoundingClientRect();
  const described = JSON.parse(data.textContent);
  place.style.height = `${Math.min(260, Math.max(height, Math.min(220, width)))}px`;
  place.hidden = false;
  figure.classList.add("figure--live");
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption(withTip(finished(described, width), described.points));
  new ResizeObserver(([{ contentRect }]) => {
    const again = finished(JSON.parse(data.textContent), contentRect.width);
    chart.resize();
    chart.setOption({ grid: again.grid });
  }).observe(place);
  steps(place, chart, described.points, figure.querySelector("[data-chart-told]"));
}

function withTip(option, points) {
  return {
    ...option,
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      transitionDuration: 0,
      axisPointer: { type: option.xAxis.boundaryGap ? "shadow" : "line" },
      backgroundColor: "var(--raised)",
      borderColor: "var(--line-strong)",
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: "var(--ink)", fontSize: LETTERING, lineHeight: 18 },
      formatter: ([{ dataIndex }]) => points[dataIndex],
    },
  };
}

// One tab stop a chart. Left and right move, Home and End jump, Escape puts the tooltip away.
function steps(place, chart, points, told) {
  let at = -1;
  const show = (next) => {
    at = Math.max(0, Math.min(points.length - 1, next));
    const series = chart.getOption().series.findIndex((it) => value(it.data[at]) !== null);
    chart.dispatchAction({ type: "showTip", seriesIndex: Math.max(series, 0), dataIndex: at });
    told.textContent = points[at].replaceAll("\n", ". ");
  };
  const moves = {
    ArrowLeft: () => show(at < 0 ? points.length - 1 : at - 1),
    ArrowRight: () => show(at + 1),
    Home: () => show(0),
    End: () => show(points.length - 1),
    Escape: () => chart.dispatchAction({ type: "hideTip" }),
  };
  place.addEventListener("keydown", (event) => {
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  });
  place.addEventListener("blur", () => {
    chart.dispatchAction({ type: "hideTip" });
    at = -1;
  });
}

function value(item) {
  return item?.value === undefined ? (item ?? null) : item.value;
}
