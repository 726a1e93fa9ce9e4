// What JSON cannot carry of a chart's option. The server and the page both draw with it.

const LETTER = 6.4;
const SIGN = 30; // a legend's sign and the gaps around it
const LINE = 18;

export function finished(described, width) {
  const { option, ticks } = described;
  const { min, interval } = option.yAxis;
  option.yAxis.axisLabel.formatter = (value) => ticks[Math.round((value - min) / interval)] ?? "";
  if (option.legend) option.grid.top += LINE * legendLines(option.legend.data, width);
  return option;
}

// How many lines the names take: the chart begins below them.
function legendLines(names, width) {
  let lines = 1;
  let left = width;
  for (const name of names) {
    const needed = name.length * LETTER + SIGN;
    if (needed > left && left < width) {
      lines += 1;
      left = width;
    }
    left -= needed;
  }
  return lines;
}
