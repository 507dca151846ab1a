// The parts of Apache ECharts that Seawall draws with; see vendor.md for how the bundle is made.
export { init, getInstanceByDom } from "echarts/core";
import { use } from "echarts/core";
import { LineChart, BarChart, ScatterChart, CustomChart, HeatmapChart } from "echarts/charts";
import {
  GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, MarkPointComponent, MarkAreaComponent,
  DatasetComponent, VisualMapComponent, GraphicComponent, DataZoomInsideComponent, AriaComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  LineChart, BarChart, ScatterChart, CustomChart, HeatmapChart, GridComponent, TooltipComponent, LegendComponent,
  MarkLineComponent, MarkPointComponent, MarkAreaComponent, DatasetComponent, VisualMapComponent, GraphicComponent,
  DataZoomInsideComponent, AriaComponent, LabelLayout, SVGRenderer,
]);
