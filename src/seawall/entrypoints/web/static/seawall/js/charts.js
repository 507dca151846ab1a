// Draws the specs of charts.py. The engine is fetched only when a page holds a chart; colours come from the theme.
(() => {
  "use strict";
  const here = document.currentScript;
  const engineUrl = here.dataset.engine;
  const chinese = document.documentElement.lang.startsWith("zh");
  const compact = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { notation: "compact", maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { maximumFractionDigits: 1 });
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let engine;

  const loadEngine = () => engine || (engine = new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = engineUrl;
    script.onload = () => done(window.echarts);
    script.onerror = failed;
    document.head.append(script);
  }));

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(name).trim();
    return {
      ink: get("--color-base-content"), muted: get("--sw-muted"), line: get("--sw-line"), edge: get("--sw-edge"),
      grid: get("--sw-grid"), ground: get("--color-base-100"), accent: get("--color-primary"),
      c: [1, 2, 3, 4, 5, 6].map((n) => get(`--sw-c${n}`)),
      up: get("--sw-up"), down: get("--sw-down"), total: get("--sw-total"),
      ok: get("--sw-ok"), warn: get("--sw-warn"), bad: get("--sw-bad"), note: get("--sw-note"), idle: get("--sw-idle"),
    };
  };

  const escape = (text) => {
    const span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  };
  const tip = (title, lines) => `<div class="chart-tip"><b>${escape(title)}</b>${lines
    .map(([name, value]) => `<div><span>${escape(name)}</span>${escape(value)}</div>`).join("")}</div>`;

  const money = (unit) => (value) => compact.format(value / unit.scale);
  const axis = (k, more) => ({
    axisLine: { lineStyle: { color: k.edge } }, axisTick: { show: false },
    axisLabel: { color: k.muted, fontSize: 12, hideOverlap: true }, nameTextStyle: { color: k.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: k.grid } }, ...more,
  });
  const base = (k, more) => ({
    animation: !still.matches, animationDuration: 350,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: k.ink, fontSize: 12 },
    tooltip: { backgroundColor: k.ground, borderColor: k.line, borderWidth: 1, padding: [8, 12], confine: true,
      extraCssText: "box-shadow:var(--sw-shadow);border-radius:6px", textStyle: { color: k.ink, fontSize: 13 } },
    ...more,
  });
  const tooltip = (k, more) => ({ ...base(k).tooltip, ...more });

  const exceedance = (spec, k, width) => {
    const names = { retention: k.c[2], limit: k.c[1], tolerance: k.c[3] };
    const dashes = { retention: "dotted", limit: "dashed", tolerance: "solid" };
    const narrow = width < 520;
    const ys = spec.series.flatMap((s) => s.points.map((p) => p.y)).filter((y) => y > 0);
    const floor = 10 ** Math.floor(Math.log10(Math.min(...ys)));
    return base(k, {
      grid: { left: 4, right: 20, top: 40 + spec.lines.length * 18, bottom: 26, containLabel: true, outerBoundsMode: "same" },
      legend: spec.series.length > 1 ? { top: 0, right: 0, textStyle: { color: k.muted }, itemHeight: 2 } : undefined,
      tooltip: tooltip(k, { trigger: "axis", axisPointer: { lineStyle: { color: k.edge } },
        formatter: (items) => tip(items[0].data.text, items.map((i) => [i.seriesName, i.data.chance])) }),
      xAxis: axis(k, { type: "value", name: spec.axes.x + (spec.unit.name ? ` (${spec.unit.name})` : ""), nameLocation: "middle", nameGap: 28,
        splitNumber: narrow ? 3 : 6, axisLabel: { color: k.muted, formatter: money(spec.unit), hideOverlap: true }, splitLine: { show: false } }),
      yAxis: axis(k, { type: "log", min: floor, max: 1, name: spec.axes.y, nameLocation: "end", nameGap: 12 + spec.lines.length * 18, nameTextStyle: { color: k.muted, align: "left" },
        axisLabel: { color: k.muted, formatter: (v) => `${plain.format(v * 100).replace(/^0$/, "<0.1")}%` }, axisLine: { show: false } }),
      series: spec.series.map((s, n) => ({
        name: s.name, type: "line", showSymbol: false,
        lineStyle: { width: 2.25, color: n ? k.c[1] : k.accent, type: n ? "dashed" : "solid" }, itemStyle: { color: n ? k.c[1] : k.accent },
        areaStyle: n || spec.series.length > 1 ? undefined : { color: k.accent, opacity: 0.07 },
        data: s.points.filter((p) => p.y > 0).map((p) => ({ value: [p.x, p.y], ...p })),
        markLine: n ? undefined : { symbol: "none", silent: true, animation: false,
          data: spec.lines.map((l, at) => ({ xAxis: l.x, lineStyle: { color: names[l.kind], type: dashes[l.kind], width: 1.5 },
            label: { formatter: `${l.name} ${l.text}`, color: names[l.kind], position: "end", distance: 4 + at * 17,
              align: "left", padding: [0, 0, 0, -1], fontSize: 12, fontWeight: 600, backgroundColor: k.ground } })) },
      })),
    });
  };

  const score = (spec, k) => {
    const points = spec.points;
    return base(k, {
      grid: { left: 4, right: 24, top: 30, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 8, textStyle: { color: k.muted }, data: [spec.names.score, spec.names.interval] },
      tooltip: tooltip(k, { trigger: "axis", axisPointer: { lineStyle: { color: k.edge } }, formatter: (items) => {
        const p = points[items[0].dataIndex];
        return tip(p.text, [[spec.names.score, plain.format(Math.round(p.score))], [spec.names.interval, `${Math.round(p.low)} – ${Math.round(p.high)}`]]);
      } }),
      xAxis: axis(k, { type: "category", boundaryGap: points.length < 2, data: points.map((p) => p.x),
        axisLabel: { color: k.muted, hideOverlap: true } }),
      yAxis: axis(k, { type: "value", min: 0, max: 100, interval: 25, axisLine: { show: false } }),
      series: [
        { type: "line", stack: "band", silent: true, symbol: "none", lineStyle: { opacity: 0 }, data: points.map((p) => p.low), tooltip: { show: false } },
        { name: spec.names.interval, type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, itemStyle: { color: k.accent, opacity: 0.25 },
          areaStyle: { color: k.accent, opacity: 0.16 }, data: points.map((p) => p.high - p.low) },
        { name: spec.names.score, type: "line", symbol: "circle", symbolSize: 7, lineStyle: { width: 2.25, color: k.accent }, itemStyle: { color: k.accent },
          data: points.map((p) => p.score),
          markLine: spec.peer == null ? undefined : { symbol: "none", silent: true, animation: false, lineStyle: { color: k.edge, type: "dashed" },
            label: { formatter: `${spec.names.peer} ${Math.round(spec.peer)}`, position: "insideEndTop", color: k.muted }, data: [{ yAxis: spec.peer }] } },
      ],
    });
  };

  // A label on one line or two of about `room` pixels; what is longer ends in dots, and stands in full in the tip.
  const twoLines = (label, room) => {
    const wide = (text) => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e7f ? 12.5 : 6.6), 0);
    const lines = [""];
    for (const piece of label.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) || []) {
      const last = lines[lines.length - 1];
      if (last && wide(last + piece.trimEnd()) > room) lines.push(piece);
      else lines[lines.length - 1] = last + piece;
    }
    return lines.length > 2 ? `${lines[0]}\n${lines[1].trimEnd()}…` : lines.join("\n");
  };

  const waterfall = (spec, k, width) => {
    const tones = { total: k.total, good: k.down, harm: k.up, plain: k.accent };
    const bars = spec.bars;
    const show = spec.unit.kind === "money" ? money(spec.unit) : (v) => plain.format(v);
    const narrow = width < 520;
    const labels = bars.map((b) => twoLines(b.label, narrow ? Math.max(110, 0.32 * width) : 220));
    return base(k, {
      grid: { left: 4, right: narrow ? 64 : 84, top: 4, bottom: 4, containLabel: true },
      tooltip: tooltip(k, { trigger: "item", formatter: (i) => tip(bars[i.dataIndex].label, [[spec.unit.name, bars[i.dataIndex].text]]) }),
      xAxis: axis(k, { type: "value", splitNumber: narrow ? 2 : 4, axisLabel: { color: k.muted, formatter: show, hideOverlap: true }, axisLine: { show: false } }),
      yAxis: axis(k, { type: "category", inverse: true, data: labels, splitLine: { show: false },
        axisLabel: { color: k.ink, lineHeight: 15, interval: 0 } }),
      series: [{
        type: "custom", data: bars.map((b, at) => [at, b.from, b.to]), encode: { x: [1, 2], y: 0 }, clip: false,
        renderItem: (_, api) => {
          const at = api.value(0);
          const bar = bars[at];
          const from = api.coord([api.value(1), at]);
          const to = api.coord([api.value(2), at]);
          const height = Math.min(api.size([0, 1])[1] * 0.62, 20);
          const x = Math.min(from[0], to[0]);
          const wide = Math.max(Math.abs(to[0] - from[0]), 1.5);
          const parts = [{ type: "rect", shape: { x, y: from[1] - height / 2, width: wide, height, r: 1.5 }, style: { fill: tones[bar.kind] } },
            { type: "text", style: { text: bar.text, x: x + wide + 6, y: from[1], verticalAlign: "middle", fill: k.ink,
              font: `${bar.kind === "total" ? 600 : 450} 12px ${getComputedStyle(document.body).fontFamily}` } }];
          if (at + 1 < bars.length) {
            const step = api.size([0, 1])[1];
            parts.push({ type: "line", shape: { x1: to[0], y1: from[1] + height / 2, x2: to[0], y2: from[1] + step - height / 2 },
              style: { stroke: k.edge, lineWidth: 1 } });
          }
          return { type: "group", children: parts };
        },
      }],
    });
  };

  const fixes = (spec, k, width) => {
    const most = Math.max(...spec.points.map((p) => p.size), 1);
    const narrow = width < 520;
    return base(k, {
      grid: { left: 4, right: 28, top: 30, bottom: 26, containLabel: true },
      tooltip: tooltip(k, { trigger: "item", formatter: ({ data }) => tip(data.label.text,
        [[spec.names.points, `+${data.text}`], [spec.names.cost, data.cost], [spec.names.saved, data.saved]]) }),
      xAxis: axis(k, { type: "value", min: 0, name: `${spec.axes.x} (${spec.unit.name})`, nameLocation: "middle", nameGap: 28, splitNumber: narrow ? 3 : 6,
        axisLabel: { color: k.muted, formatter: money(spec.unit), hideOverlap: true } }),
      yAxis: axis(k, { type: "value", min: 0, name: spec.axes.y, nameTextStyle: { color: k.muted, align: "left" }, axisLine: { show: false } }),
      series: [{
        type: "scatter", itemStyle: { color: k.accent, opacity: 0.85, borderColor: k.ground, borderWidth: 1.5 },
        symbolSize: (value, item) => 9 + 17 * Math.sqrt(item.data.size / most),
        labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        label: { show: true, position: "right", color: k.ink, fontSize: 12, width: narrow ? 100 : 200, overflow: "truncate", formatter: ({ data }) => data.label.text },
        data: spec.points.map((p) => ({ ...p, value: [p.x, p.y], label: { text: p.label,
          position: p.x > 0.6 * Math.max(...spec.points.map((q) => q.x)) ? "left" : "right" } })),
      }],
    });
  };

  const timeline = (spec, k) => {
    const shapes = { ok: "circle", warn: "triangle", bad: "diamond", note: "roundRect", idle: "emptyCircle" };
    return base(k, {
      grid: { left: 4, right: 24, top: 12, bottom: 4, containLabel: true },
      tooltip: tooltip(k, { trigger: "item", formatter: ({ data }) => tip(data.title, [[data.text, data.lane]]) }),
      xAxis: axis(k, { type: "time", splitNumber: 4, axisLabel: { color: k.muted, hideOverlap: true }, splitLine: { show: true, lineStyle: { color: k.grid } } }),
      yAxis: axis(k, { type: "category", inverse: true, data: spec.lanes, axisLabel: { color: k.ink }, splitLine: { show: true, lineStyle: { color: k.grid } } }),
      series: [{ type: "scatter", symbolSize: 14, data: spec.events.map((e) => ({ ...e, value: [e.x, e.lane], symbol: shapes[e.tone] || "circle",
        itemStyle: { color: k[e.tone] || k.idle } })) }],
    });
  };

  // Boxes in columns and the curves between them. The axes only give the plane its size; places are in pixels.
  const links = (spec, k) => {
    const face = getComputedStyle(document.body).fontFamily;
    const tint = (group) => k.c[spec.groups.indexOf(group) % k.c.length];
    const boxes = spec.nodes.filter((n) => n.id);
    const place = (api, n) => {
      const wide = api.getWidth();
      const gap = Math.min(wide * 0.09, 90);
      const each = (wide - gap * (spec.columns - 1)) / spec.columns;
      const tall = api.getHeight() / spec.height;
      return { x: n.column * (each + gap), y: n.row * tall + 3, width: each, height: tall - 6 };
    };
    const bounded = (text, wide, lines) => ({ text, width: wide, overflow: lines > 1 ? "break" : "truncate", height: lines * 15, lineOverflow: "truncate", ellipsis: "…", lineHeight: 15 });
    const axis = { type: "value", min: 0, max: 1, show: false };
    return base(k, {
      grid: { left: 0, right: 0, top: 0, bottom: 0 }, xAxis: axis, yAxis: axis,
      tooltip: tooltip(k, { trigger: "item", formatter: ({ seriesIndex, dataIndex }) => {
        if (seriesIndex === 0) return tip(spec.lines[dataIndex].text, []);
        const n = spec.nodes[dataIndex];
        if (!n.id) return "";
        const own = spec.lines.filter((l) => l.source === n.id || l.target === n.id).slice(0, 8);
        return tip(n.label, own.map((l) => [(boxes.find((b) => b.id === (l.source === n.id ? l.target : l.source)) || {}).label || "", l.text]));
      } }),
      series: [
        { type: "custom", data: spec.lines.map((_, at) => [0, at]), clip: false, renderItem: (item, api) => {
          const line = spec.lines[item.dataIndex];
          const [a, b] = [line.source, line.target].map((id) => place(api, boxes.find((n) => n.id === id)));
          const [left, right] = a.x <= b.x ? [a, b] : [b, a];
          const from = [left.x + left.width, left.y + left.height / 2];
          const to = [right.x, right.y + right.height / 2];
          const bend = (to[0] - from[0]) / 2;
          return { type: "bezierCurve", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1], cpx1: from[0] + bend, cpy1: from[1], cpx2: to[0] - bend, cpy2: to[1] },
            style: { stroke: k.edge, fill: "none", lineWidth: 1 + line.weight * 6, opacity: 0.55 },
            emphasis: { style: { stroke: k.accent, opacity: 1 } } };
        } },
        { type: "custom", data: spec.nodes.map((_, at) => [0, at]), clip: false, renderItem: (item, api) => {
          const n = spec.nodes[item.dataIndex];
          const at = place(api, n);
          if (!n.id) return { type: "text", silent: true, style: { ...bounded(n.heading, at.width, 1), x: at.x, y: at.y + at.height, verticalAlign: "bottom", fill: k.muted, font: `600 12px ${face}` } };
          return { type: "group", children: [
            { type: "rect", shape: { ...at, r: 5 }, cursor: n.url ? "pointer" : "default",
              style: { fill: n.strong ? k.accent : k.ground, stroke: n.strong ? k.accent : k.line, lineWidth: 1 }, emphasis: { style: { stroke: k.accent } } },
            { type: "rect", silent: true, shape: { x: at.x, y: at.y, width: 4, height: at.height, r: [5, 0, 0, 5] }, style: { fill: n.strong ? k.accent : tint(n.group) } },
            { type: "text", silent: true, style: { ...bounded(n.label, at.width - 18, at.height > 31 ? 2 : 1), x: at.x + 12, y: at.y + at.height / 2, verticalAlign: "middle",
              fill: n.strong ? k.ground : k.ink, font: `${n.strong ? 600 : 450} 12px ${face}` } },
          ] };
        } },
      ],
    });
  };

  const histogram = (spec, k) => {
    const at = spec.at;
    return base(k, {
      grid: { left: 4, right: 12, top: 34, bottom: 26, containLabel: true },
      tooltip: tooltip(k, { trigger: "item", formatter: ({ dataIndex }) => tip(spec.bars[dataIndex].text, [[spec.axes.y, spec.bars[dataIndex].said]]) }),
      xAxis: axis(k, { type: "value", min: 0, max: 100, interval: 20, name: spec.axes.x, nameLocation: "middle", nameGap: 28, splitLine: { show: false } }),
      yAxis: axis(k, { type: "value", axisLine: { show: false }, splitNumber: 3, axisLabel: { color: k.muted, formatter: (v) => `${plain.format(v * 100)}%` } }),
      series: [{
        type: "custom", data: spec.bars.map((b) => [b.from, b.to, b.share]), encode: { x: [0, 1], y: 2 },
        renderItem: (_, api) => {
          const top = api.coord([api.value(0), api.value(2)]);
          const foot = api.coord([api.value(1), 0]);
          return { type: "rect", shape: { x: top[0] + 0.5, y: top[1], width: Math.max(foot[0] - top[0] - 1, 1), height: foot[1] - top[1] }, style: { fill: k.c[0], opacity: 0.55 } };
        },
        markArea: { silent: true, animation: false, itemStyle: { color: k.accent, opacity: 0.12 }, data: [[{ xAxis: at.low }, { xAxis: at.high }]] },
        markLine: { symbol: "none", silent: true, animation: false, lineStyle: { color: k.accent, width: 2.25, type: "solid" },
          label: { formatter: `${spec.names.score} ${at.text}`, color: k.accent, fontSize: 12, fontWeight: 600, position: "end", distance: 6, align: at.score > 75 ? "right" : at.score < 25 ? "left" : "center" },
          data: [{ xAxis: at.score }] },
      }],
    });
  };

  const kinds = { exceedance, score, waterfall, fixes, timeline, links, histogram };

  const save = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  // A cell that a spreadsheet would run as a formula is quoted; a plain negative number is left alone.
  const cell = (text) => {
    const value = /^[=+@\t\r-]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text) ? `'${text}` : text;
    return `"${value.replaceAll('"', '""')}"`;
  };

  const draw = async (figure) => {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const box = figure.querySelector(".chart");
    if (spec.kind === "waterfall") box.style.height = `${48 + spec.bars.length * (spec.bars.length > 6 ? 34 : 38)}px`;
    if (spec.kind === "links") {
      box.classList.add("linked");
      box.style.height = `${spec.height * 42}px`;
    }
    const echarts = await loadEngine();
    const chart = echarts.init(box, null, { renderer: "svg" });
    const paint = () => chart.setOption(kinds[spec.kind](spec, colours(), box.clientWidth), true);
    paint();
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const url = spec.kind === "links" && seriesIndex === 1 && spec.nodes[dataIndex].url;
      if (url) window.location.assign(url);
    });
    let width = box.clientWidth;
    new ResizeObserver(() => {
      chart.resize();
      if ((width < 520) !== (box.clientWidth < 520)) paint();
      width = box.clientWidth;
    }).observe(box);
    document.addEventListener("seawall:theme", paint);
    still.addEventListener("change", paint);
    figure.addEventListener("click", (event) => {
      const button = event.target.closest("[data-download]");
      if (!button) return;
      if (button.dataset.download === "svg") {
        save(`${figure.id}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(box.querySelector("svg")));
      } else {
        const lines = [spec.rows.head, ...spec.rows.body].map((row) => row.map(cell).join(","));
        save(`${figure.id}.csv`, "text/csv;charset=utf-8", `\uFEFF${lines.join("\r\n")}\r\n`);
      }
    });
  };

  const drawAll = (within) => within.querySelectorAll("figure[data-chart]").forEach((figure) => { draw(figure); });
  const start = () => drawAll(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  document.addEventListener("htmx:after:swap", start);
})();
