// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that knows nothing of Tulle: fetches over many connections at a time with Netty's
 * client, several times over each, and prints how many answers and octets came.
 */
final class NettyFetch extends SimpleChannelInboundHandler<FullHttpResponse> {
  private static final int MOST = 8 << 20;
  private static final AtomicLong ANSWERS = new AtomicLong();
  private static final AtomicLong OCTETS = new AtomicLong();

  private final String host;
  private final String path;
  private final CountDownLatch over;
  private int left;

  private NettyFetch(String host, String path, int each, CountDownLatch over) {
    this.host = host;
    this.path = path;
    this.over = over;
    left = each;
  }

  /** Words: host, port, path, connections, requests over each. */
  public static void main(String[] words) throws Exception {
    int connections = Integer.parseInt(words[3]);
    CountDownLatch over = new CountDownLatch(connections);
    var threads = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    Bootstrap client = new Bootstrap().group(threads).channel(NioSocketChannel.class);
    client.handler(
        new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            var fetch = new NettyFetch(words[0], words[2], Integer.parseInt(words[4]), over);
            channel.closeFuture().addListener(closed -> over.countDown());
            channel
                .pipeline()
                .addLast(new HttpClientCodec(), new HttpObjectAggregator(MOST), fetch);
          }
        });
    for (int i = 0; i < connections; i++) {
      client.connect(words[0], Integer.parseInt(words[1]));
    }
    boolean done = over.await(25, TimeUnit.SECONDS);
    System.out.println(ANSWERS + " answers, " + OCTETS + " octets");
    threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    System.exit(done ? 0 : 1);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    ask(context);
  }

  private void ask(ChannelHandlerContext context) {
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    request.headers().set(HttpHeaderNames.HOST, host);
    context.writeAndFlush(request);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
    if (answer.status().code() == 200) {
      ANSWERS.incrementAndGet();
      OCTETS.addAndGet(answer.content().readableBytes());
    }
    left--;
    if (left > 0) {
      ask(context);
    } else {
      context.close();
    }
  }
}
