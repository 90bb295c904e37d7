package org.rkv.manual;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Builds a page of the manual in roff, for man(7). Used once. */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param section of the manual
   * @param version of the program
   * @param purpose what it is for, in a few words
   */
  ManPage(String name, int section, String version, String purpose) {
    String title = name.toUpperCase(java.util.Locale.ROOT);
    page.append(String.format(".TH %s %d \"\" \"rkv %s\"%n", escaped(title), section, version));
    page.append(".nh\n.ad l\n");
    heading("NAME");
    page.append(escaped(name)).append(" \\- ").append(escaped(purpose)).append('\n');
  }

  /** Begins a section. */
  ManPage heading(String title) {
    page.append(".SH ").append(escaped(title)).append('\n');
    return this;
  }

  /** Adds lines that are not filled. */
  ManPage verbatim(List<String> lines) {
    page.append(".nf\n");
    lines.forEach(line -> page.append(escaped(line.strip())).append('\n'));
    page.append(".fi\n");
    return this;
  }

  /** Adds paragraphs, an empty line between them. */
  ManPage text(String... lines) {
    for (String line : lines) {
      String plain = line.replace("%n", "\n").replace("%%", "%");
      page.append(plain.isBlank() ? ".PP" : escaped(plain.strip())).append('\n');
    }
    return this;
  }

  /** Adds what something is called, and what there is to say about it. */
  ManPage entry(String term, List<String> lines) {
    page.append(".TP\n.B ").append(escaped(term)).append('\n');
    return text(lines.toArray(String[]::new));
  }

  /** Adds all options of a program. */
  ManPage options(CommandSpec spec) {
    for (OptionSpec each : spec.options()) {
      String names = String.join(", ", each.names());
      String term = each.arity().max() == 0 ? names : names + " " + each.paramLabel();
      entry(term, List.of(each.description()));
    }
    return this;
  }

  private static String escaped(String text) {
    String safe = text.replace("\\", "\\e").replace("-", "\\-");
    return safe.replaceAll("(?m)^([.'])", "\\\\&$1");
  }

  /** The page. */
  @Override
  public String toString() {
    return page.toString();
  }
}
