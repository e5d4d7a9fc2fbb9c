// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that knows nothing of Tulle: gRPC, one call at a time and as a stream each way. */
final class GrpcRound {
  private static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
  private static final MethodDescriptor<byte[], byte[]> STREAM =
      method("Stream", MethodType.BIDI_STREAMING);
  private static final AtomicBoolean SEEN = new AtomicBoolean();
  private static final int CALLS = 200;
  private static final int MESSAGES = 2000;

  private GrpcRound() {}

  private static final class Octets implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new Octets(), new Octets())
        .setType(type)
        .setFullMethodName("tulle.Test/" + name)
        .build();
  }

  /** Words: serve or call, address, port. */
  public static void main(String[] words) throws Exception {
    if (words[0].equals("serve")) {
      serve(new InetSocketAddress(words[1], Integer.parseInt(words[2])));
    } else {
      call(words[1] + ":" + words[2]);
    }
  }

  private static void serve(InetSocketAddress at) throws Exception {
    ServerCallHandler<byte[], byte[]> echo =
        ServerCalls.asyncUnaryCall(
            (request, answers) -> {
              answers.onNext(request);
              answers.onCompleted();
            });
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("tulle.Test")
            .addMethod(ECHO, (call, head) -> told(echo, call, head))
            .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(Back::new))
            .build();
    NettyServerBuilder.forAddress(at, InsecureServerCredentials.create())
        .addService(service)
        .build()
        .start()
        .awaitTermination();
  }

  private static ServerCall.Listener<byte[]> told(
      ServerCallHandler<byte[], byte[]> to, ServerCall<byte[], byte[]> call, Metadata head) {
    if (SEEN.compareAndSet(false, true)) {
      System.out.println("from " + call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
    return to.startCall(call, head);
  }

  /** Sends back what arrives. */
  private record Back(StreamObserver<byte[]> answers) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] value) {
      answers.onNext(value);
    }

    @Override
    public void onError(Throwable cause) {
      cause.printStackTrace();
    }

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }
  }

  private static void call(String target) throws Exception {
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    int same = 0;
    for (int i = 0; i < CALLS; i++) {
      byte[] sent = new byte[i == 0 ? 3_000_000 : i];
      Arrays.fill(sent, (byte) i);
      byte[] back = ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, sent);
      same += Arrays.equals(sent, back) ? 1 : 0;
    }
    System.out.println("calls " + same);
    AtomicInteger octets = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    StreamObserver<byte[]> to =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(STREAM, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] value) {
                octets.addAndGet(value.length);
              }

              @Override
              public void onError(Throwable cause) {
                cause.printStackTrace();
                over.countDown();
              }

              @Override
              public void onCompleted() {
                over.countDown();
              }
            });
    for (int i = 0; i < MESSAGES; i++) {
      to.onNext(new byte[1000]);
    }
    to.onCompleted();
    over.await(20, TimeUnit.SECONDS);
    System.out.println("octets " + octets);
    try {
      var late = CallOptions.DEFAULT.withDeadlineAfter(0, TimeUnit.NANOSECONDS);
      ClientCalls.blockingUnaryCall(channel, ECHO, late, new byte[1]);
    } catch (StatusRuntimeException e) {
      System.out.println("too late " + e.getStatus().getCode());
    }
    channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
  }
}
