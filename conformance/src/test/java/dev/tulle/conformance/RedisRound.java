// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows nothing of Tulle: many commands at a time, a large value and a subscription,
 * with Lettuce, which stands on Netty.
 */
final class RedisRound {
  private static final int COMMANDS = 10_000;

  private RedisRound() {}

  /** Prints a line for each thing that went as it must. The word is a URI of Redis. */
  public static void main(String[] uri) throws Exception {
    RedisClient client = RedisClient.create(uri[0]);
    try (StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisPubSubConnection<String, String> listener = client.connectPubSub()) {
      String info = connection.sync().clientInfo();
      System.out.println("seen as " + info.replaceAll("(?s).* addr=([0-9.]+):.*", "$1"));
      List<RedisFuture<Long>> futures = new ArrayList<>();
      for (int i = 0; i < COMMANDS; i++) {
        futures.add(connection.async().incr("counter"));
      }
      LettuceFutures.awaitAll(20, TimeUnit.SECONDS, futures.toArray(RedisFuture[]::new));
      System.out.println("counter " + connection.sync().get("counter"));
      String large = "tulle".repeat(400_000);
      connection.sync().set("large", large);
      System.out.println("large " + large.equals(connection.sync().get("large")));
      CompletableFuture<String> heard = new CompletableFuture<>();
      listener.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              heard.complete(message);
            }
          });
      listener.sync().subscribe("news");
      connection.sync().publish("news", "hello");
      System.out.println("heard " + heard.get(20, TimeUnit.SECONDS));
    }
    client.shutdown(0, 5, TimeUnit.SECONDS);
  }
}
