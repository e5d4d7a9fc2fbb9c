// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import dev.tulle.link.Link;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.profile.Profile;
import dev.tulle.profile.Router;
import dev.tulle.stack.Entropy;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a profile allocates when it is assembled, by owner, as a program for i586 lays it out.
 *
 * <p>The stack is assembled here, on the JVM, and every object that it reaches is counted with the
 * sizes that it has natively: nothing has to be run on the machine that is asked about. What the
 * program itself allocates, its link and what its words need, comes on top.
 */
final class Ram {
  private static final int FRAME_BYTES = 1514;
  private static final int HEADER = 8;
  private static final int ARRAY_HEADER = 12;
  private static final int REFERENCE = 4;

  /** Owners by the field of the host, or of what it holds, from which their objects are reached. */
  private static final Map<String, String> OWNERS = owners();

  private final Object host;

  private Ram(Object host) {
    this.host = host;
  }

  private static Map<String, String> owners() {
    Map<String, String> owners = new LinkedHashMap<>();
    owners.put("pool", "packets");
    owners.put("tcp", "TCP: connections and buffers");
    owners.put("udp", "UDP: sockets and buffers");
    owners.put("reassembly", "reassembly");
    owners.put("fragmenter", "fragments to be sent");
    owners.put("pathMtu", "path MTU");
    owners.put("tracker", "tracked connections");
    owners.put("nat", "NAT");
    owners.put("filter", "filter");
    owners.put("neighbours", "neighbours");
    owners.put("routes", "routes");
    owners.put("ipv6Port", "IPv6");
    owners.put("ipv6", "IPv6");
    owners.put("icmpv6", "IPv6");
    owners.put("igmp", "multicast");
    owners.put("dhcp", "DHCP");
    owners.put("resolver", "DNS");
    owners.put("counters", "counters");
    return owners;
  }

  /**
   * Of a profile's stack; null where no profile is called so.
   *
   * @param profile as {@link App#assembly} says
   * @param connections 0 for the profile's own number, and its own buffers
   */
  static Ram of(String profile, int connections, int bufferBytes) {
    Link link = MemoryLink.pair(1, FRAME_BYTES);
    long[] state = {1};
    Entropy entropy = () -> state[0] += 0x9E3779B97F4A7C15L;
    long mac = 0x020000000001L;
    Link[] links = {link, link};
    long[] macs = {mac, mac + 1};
    if (profile.equals("router")) {
      return new Ram(Router.host(links, macs, entropy));
    } else if (profile.equals("gateway")) {
      return new Ram(Full.router(links, macs, entropy));
    }
    Host host;
    if (connections > 0) {
      Profile made =
          switch (profile) {
            case "minimal" -> Minimal::host;
            case "client" -> Client::host;
            case "full" -> Full::host;
            default -> null;
          };
      host = made == null ? null : made.host(link, mac, entropy, connections, bufferBytes);
    } else {
      host =
          switch (profile) {
            case "minimal" -> Minimal.host(link, mac, entropy);
            case "client" -> Client.host(link, mac, entropy);
            case "full" -> Full.host(link, mac, entropy);
            default -> null;
          };
    }
    return host == null ? null : new Ram(host);
  }

  /** Octets by owner, the largest first; what belongs to none is last. */
  Map<String, Long> byOwner() {
    Set<Object> seen = seen();
    Map<String, Long> octets = new LinkedHashMap<>();
    // What owners have fields for is theirs, even where another owner reaches it first.
    Set<Object> owned = seen();
    OWNERS.keySet().forEach(name -> owned.addAll(list(field(name))));
    OWNERS.forEach(
        (name, owner) -> {
          long sum = 0;
          for (Object each : list(field(name))) {
            sum += reach(each, seen, owned, Set.of());
          }
          if (sum > 0) {
            octets.merge(owner, sum, Long::sum);
          }
        });
    Map<String, Long> sorted = new LinkedHashMap<>();
    octets.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    sorted.put("all else", reach(host, seen, seen(), Set.of()));
    return sorted;
  }

  long all() {
    return reach(host, seen(), seen(), Set.of());
  }

  /** What would go with the objects of some classes. */
  long retained(Set<String> classes) {
    return all() - reach(host, seen(), seen(), classes);
  }

  private Object field(String name) {
    try {
      return host.getClass().getField(name).get(host);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // its fields are public
    }
  }

  private static List<Object> list(Object value) {
    if (value instanceof Object[] all) {
      return List.of(all);
    }
    return value == null ? List.of() : List.of(value);
  }

  private static Set<Object> seen() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** The octets of all that is reached from an object and was not seen before. */
  private static long reach(Object from, Set<Object> seen, Set<Object> owned, Set<String> absent) {
    long octets = 0;
    Deque<Object> open = new ArrayDeque<>();
    open.add(from);
    boolean begun = false;
    while (!open.isEmpty()) {
      Object each = open.pop();
      boolean others = begun && owned.contains(each);
      begun = true;
      if (others
          || each instanceof Link && each.getClass().getSimpleName().equals("MemoryLink")
          || each instanceof String // literals are data
          || absent.contains(each.getClass().getName())
          || !seen.add(each)) {
        continue;
      }
      List<Object> next = new ArrayList<>();
      octets += each.getClass().isArray() ? array(each, next) : object(each, next);
      next.stream().filter(value -> value != null).forEach(open::push);
    }
    return octets;
  }

  private static long array(Object array, List<Object> items) {
    int length = Array.getLength(array);
    Class<?> type = array.getClass().getComponentType();
    if (!type.isPrimitive()) {
      items.addAll(Arrays.asList((Object[]) array));
    }
    int size = size(type);
    long header = (ARRAY_HEADER + size - 1) / size * size;
    return header + (long) size * length + 7 & -8;
  }

  private static long object(Object object, List<Object> references) {
    if (object.getClass().isSynthetic() || object.getClass().isHidden()) {
      return HEADER; // a lambda, which captures nothing
    }
    List<Class<?>> line = new ArrayList<>();
    for (Class<?> c = object.getClass(); c != Object.class; c = c.getSuperclass()) {
      line.add(0, c);
    }
    long end = HEADER;
    for (Class<?> each : line) {
      for (Field field : each.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        int size = size(field.getType());
        int alignment = Math.min(size, REFERENCE); // of longs too, on i586
        end = (end + alignment - 1) / alignment * alignment + size;
        if (!field.getType().isPrimitive()) {
          field.setAccessible(true);
          try {
            references.add(field.get(object));
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was made accessible
          }
        }
      }
      end = (end + REFERENCE - 1) / REFERENCE * REFERENCE;
    }
    return end + 7 & -8;
  }

  private static int size(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    } else if (type == short.class || type == char.class) {
      return 2;
    }
    return type == byte.class || type == boolean.class ? 1 : REFERENCE;
  }
}
