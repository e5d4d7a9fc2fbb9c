// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;
import java.util.Map;

/** An argument or result of a call, as a script writes it. */
sealed interface Value {
  /** A number. */
  record Number(long value) implements Value {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A constant, or several that are or-ed together. */
  record Name(String name) implements Value {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A string. */
  record Text(String text) implements Value {
    @Override
    public String toString() {
      return '"' + text + '"';
    }
  }

  /** Three dots: whatever it is. */
  record Any() implements Value {
    @Override
    public String toString() {
      return "...";
    }
  }

  /** An array. */
  record Array(List<Value> items) implements Value {
    @Override
    public String toString() {
      return items.toString();
    }
  }

  /** A structure; fields without a name are numbered. */
  record Struct(Map<String, Value> fields) implements Value {
    @Override
    public String toString() {
      return fields.toString();
    }

    Value field(String name, int position) {
      Value named = fields.get(name);
      return named != null ? named : fields.get(Integer.toString(position));
    }
  }

  /** A macro with arguments, such as htons(80). */
  record Macro(String name, List<Value> arguments) implements Value {
    @Override
    public String toString() {
      return name + arguments;
    }
  }

  /** The number that this is or names; {@code otherwise} for three dots and what names none. */
  static long number(Value value, long otherwise) {
    if (value instanceof Number number) {
      return number.value();
    }
    if (value instanceof Name name) {
      Long known = Constants.value(name.name());
      return known == null ? otherwise : known;
    }
    if (value instanceof Array array && array.items().size() == 1) {
      return number(array.items().get(0), otherwise);
    }
    return otherwise;
  }
}
