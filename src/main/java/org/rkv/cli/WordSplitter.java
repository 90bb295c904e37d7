package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as a shell does, without expanding anything. White space separates;
 * {@code '...'} is taken as it stands; in {@code "..."} a backslash quotes {@code "}, {@code \},
 * {@code $} and {@code `}; {@code $'...'} knows the escapes {@code \n \t \r \\ \' \" \xHH}, so that
 * every byte can be written; elsewhere a backslash quotes the next character; {@code #} at the
 * beginning of a word makes the rest a comment. A char is a byte. Used once.
 */
final class WordSplitter {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private int position;

  private WordSplitter(String line) {
    this.line = line;
  }

  /**
   * Splits a line.
   *
   * @throws IllegalArgumentException saying what is wrong with the quoting
   */
  static List<String> split(String line) {
    WordSplitter splitter = new WordSplitter(line);
    splitter.split();
    return splitter.words;
  }

  private void split() {
    while (true) {
      while (position < line.length() && isSpace(line.charAt(position))) {
        position++;
      }
      if (position == line.length() || line.charAt(position) == '#') {
        return;
      }
      words.add(word());
    }
  }

  private static boolean isSpace(char each) {
    return each == ' ' || each == '\t' || each == '\r';
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    while (position < line.length() && !isSpace(line.charAt(position))) {
      char each = line.charAt(position++);
      if (each == '\'') {
        word.append(literal());
      } else if (each == '"') {
        quoted(word);
      } else if (each == '$' && position < line.length() && line.charAt(position) == '\'') {
        position++;
        escaped(word);
      } else if (each == '\\') {
        word.append(next("nothing follows a backslash"));
      } else {
        word.append(each);
      }
    }
    return word.toString();
  }

  private String literal() {
    int end = line.indexOf('\'', position);
    if (end < 0) {
      throw new IllegalArgumentException("a ' is not closed");
    }
    String text = line.substring(position, end);
    position = end + 1;
    return text;
  }

  private void quoted(StringBuilder word) {
    char each;
    while ((each = next("a \" is not closed")) != '"') {
      if (each == '\\') {
        char quoted = next("a \" is not closed");
        if ("\"\\$`".indexOf(quoted) < 0) {
          word.append(each);
        }
        each = quoted;
      }
      word.append(each);
    }
  }

  private void escaped(StringBuilder word) {
    char each;
    while ((each = next("a $' is not closed")) != '\'') {
      word.append(each == '\\' ? escape() : each);
    }
  }

  private char escape() {
    char each = next("a $' is not closed");
    switch (each) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '\\':
      case '\'':
      case '"':
        return each;
      case 'x':
        int high = Character.digit(next("a $' is not closed"), 16);
        int low = Character.digit(next("a $' is not closed"), 16);
        if (high < 0 || low < 0) {
          throw new IllegalArgumentException("\\x wants two hexadecimal digits");
        }
        return (char) (16 * high + low);
      default:
        throw new IllegalArgumentException("there is no escape \\" + each);
    }
  }

  private char next(String otherwise) {
    if (position == line.length()) {
      throw new IllegalArgumentException(otherwise);
    }
    return line.charAt(position++);
  }
}
