package org.rkv.bench;

import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Shows a result: as text for people, as JSON or CSV for programs. Latencies in microseconds. */
enum Report {
  /** A table. */
  TEXT {
    @Override
    List<String> lines(Bench.Result result) {
      List<String> lines = new ArrayList<>();
      lines.add(
          format(
              "%d operations in %.1f s: %.0f a second",
              result.measurement().operations(), result.seconds(), result.operationsPerSecond()));
      lines.add(format("%-6s %10s %8s %8s %8s %8s %9s %9s", (Object[]) HEADINGS));
      for (Map.Entry<Kind, Histogram> each : result.measurement().latencies().entrySet()) {
        List<Object> row = new ArrayList<>(List.of(each.getKey(), each.getValue().getTotalCount()));
        row.addAll(micros(each.getValue()));
        lines.add(format("%-6s %10d %8.0f %8.0f %8.0f %8.0f %9.0f %9.0f", row.toArray()));
      }
      result
          .measurement()
          .errors()
          .forEach((what, count) -> lines.add(format("%d errors: %s", count, what)));
      return lines;
    }
  },
  /** One object on one line. */
  JSON {
    @Override
    List<String> lines(Bench.Result result) {
      JsonObject json = new JsonObject();
      json.addProperty("operations", result.measurement().operations());
      json.addProperty("seconds", decimal("%.3f", result.seconds()));
      json.addProperty("operations_per_second", decimal("%.1f", result.operationsPerSecond()));
      json.addProperty("errors", result.measurement().errorCount());
      for (Map.Entry<Kind, Histogram> each : result.measurement().latencies().entrySet()) {
        JsonObject latencies = new JsonObject();
        latencies.addProperty("count", each.getValue().getTotalCount());
        List<Double> micros = micros(each.getValue());
        for (int i = 0; i < micros.size(); i++) {
          latencies.addProperty(HEADINGS[i + 2] + "_micros", decimal("%.1f", micros.get(i)));
        }
        json.add(each.getKey().toString(), latencies);
      }
      return List.of(json.toString());
    }
  },
  /** A line of headings, and one for each kind of operation. */
  CSV {
    @Override
    List<String> lines(Bench.Result result) {
      List<String> lines = new ArrayList<>();
      lines.add("kind,count,seconds,mean,p50,p90,p99,p999,max,errors");
      for (Map.Entry<Kind, Histogram> each : result.measurement().latencies().entrySet()) {
        List<Object> row =
            new ArrayList<>(
                List.of(each.getKey(), each.getValue().getTotalCount(), result.seconds()));
        row.addAll(micros(each.getValue()));
        row.add(result.measurement().errorCount());
        lines.add(format("%s,%d,%.3f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%d", row.toArray()));
      }
      return lines;
    }
  };

  private static final String[] HEADINGS = {
    "kind", "count", "mean", "p50", "p90", "p99", "p999", "max"
  };

  /** The lines to print. */
  abstract List<String> lines(Bench.Result result);

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** A number that JSON shows with as many digits as the format does. */
  private static BigDecimal decimal(String format, double number) {
    return new BigDecimal(format(format, number));
  }

  private static List<Double> micros(Histogram nanos) {
    return List.of(
        nanos.getMean() / 1000,
        nanos.getValueAtPercentile(50) / 1000.0,
        nanos.getValueAtPercentile(90) / 1000.0,
        nanos.getValueAtPercentile(99) / 1000.0,
        nanos.getValueAtPercentile(99.9) / 1000.0,
        nanos.getMaxValue() / 1000.0);
  }
}
