// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Files in memory, by their whole path; a path that others begin with is a directory. */
final class FakeFiles implements Files {
  static final long MODIFIED = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
  final Map<String, byte[]> contents = new TreeMap<>();
  final List<String> links = new ArrayList<>();
  long space = Long.MAX_VALUE;
  int open;
  private final List<Object> handles = new ArrayList<>();
  private String newPath;

  FakeFiles with(String path, String content) {
    contents.put(path, content.getBytes(ISO_8859_1));
    return this;
  }

  private static String path(byte[] path, int length) {
    return clean(new String(path, 0, length, ISO_8859_1));
  }

  private static String clean(String path) {
    return path.endsWith("/.") ? path.substring(0, path.length() - 2) : path;
  }

  private boolean directory(String path) {
    return contents.keySet().stream().anyMatch(p -> p.startsWith(path + "/"));
  }

  @Override
  public int look(byte[] path, int length, FileStatus to) {
    String p = path(path, length);
    byte[] content = contents.get(p);
    to.kind =
        links.contains(p)
            ? FileStatus.LINK
            : content != null ? FileStatus.FILE : FileStatus.DIRECTORY;
    to.bytes = content == null ? 0 : content.length;
    to.modifiedSeconds = MODIFIED;
    return content != null || links.contains(p) || directory(p) ? 0 : MISSING;
  }

  @Override
  public int open(byte[] path, int length, FileStatus to) {
    int error = look(path, length, to);
    if (error < 0 || to.kind != FileStatus.FILE) {
      return error < 0 ? error : WRONG_KIND;
    }
    return add(contents.get(path(path, length)));
  }

  private int add(Object what) {
    open++;
    handles.add(what);
    return handles.size() - 1;
  }

  @Override
  public int read(int file, long offset, byte[] to, int at, int count) {
    byte[] content = (byte[]) handles.get(file);
    int n = (int) Math.min(count, content.length - offset);
    System.arraycopy(content, (int) offset, to, at, n);
    return n;
  }

  @Override
  public int openDirectory(byte[] path, int length) {
    String p = path(path, length);
    if (!directory(p)) {
      return contents.containsKey(p) ? WRONG_KIND : MISSING;
    }
    TreeSet<String> names = new TreeSet<>();
    for (String other : contents.keySet()) {
      if (other.startsWith(p + "/")) {
        String name = other.substring(p.length() + 1);
        names.add(name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : name);
      }
    }
    return add(names.iterator());
  }

  @Override
  public int nextName(int directory, byte[] to, int at, int count) {
    Iterator<?> names = (Iterator<?>) handles.get(directory);
    if (!names.hasNext()) {
      return 0;
    }
    byte[] name = names.next().toString().getBytes(ISO_8859_1);
    System.arraycopy(name, 0, to, at, name.length);
    return name.length;
  }

  @Override
  public int create(byte[] path, int length) {
    newPath = path(path, length);
    return add(new ByteArrayOutputStream());
  }

  @Override
  public int createInPlace(byte[] path, int length) {
    return create(path, length);
  }

  @Override
  public int write(int file, byte[] from, int at, int count) {
    space -= count;
    if (space < 0) {
      return FULL;
    }
    ((ByteArrayOutputStream) handles.get(file)).write(from, at, count);
    return 0;
  }

  @Override
  public int commit(int file) {
    contents.put(newPath, ((ByteArrayOutputStream) handles.get(file)).toByteArray());
    open--;
    return 0;
  }

  @Override
  public void discard(int file) {
    open--;
  }

  @Override
  public void close(int file) {
    if (handles.get(file) instanceof ByteArrayOutputStream written) {
      contents.put(newPath, written.toByteArray());
    }
    open--;
  }
}
