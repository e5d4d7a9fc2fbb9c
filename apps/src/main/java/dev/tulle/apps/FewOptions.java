// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** The options of programs with few words: {@code --tap --address --gateway --mac}. */
final class FewOptions {
  byte[] tap;
  int address;
  int mask;
  int gateway;
  long mac;

  /** Takes the option at {@code index}, which its third octet tells: 2, or 0 where it is none. */
  int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    int letter = word.length > 2 && word[1] == '-' ? word[2] : 0;
    byte[] value = arguments.get(index + 1);
    long parsed = 0;
    switch (letter) {
      case 't':
        tap = value;
        break;
      case 'a':
        int slash = Parse.find(value, 0, value.length, '/');
        parsed = Parse.address(value, 0, slash);
        address = (int) parsed;
        long prefix = Parse.number(value, slash + 1, value.length, 32);
        mask = prefix <= 0 ? 0 : -1 << 32 - (int) prefix;
        break;
      case 'g':
        parsed = Parse.address(value);
        gateway = (int) parsed;
        break;
      case 'm':
        parsed = Parse.mac(value);
        mac = parsed;
        break;
      default:
        return 0;
    }
    return parsed != Parse.BAD && (letter != 'a' || mask != 0) ? 2 : 0;
  }
}
