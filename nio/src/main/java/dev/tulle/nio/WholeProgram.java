// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;

/**
 * Puts the sockets that a program makes itself on its stack, beside its channels: an agent that the
 * JVM starts before the program.
 *
 * <pre>{@code
 * java -javaagent:tulle-nio.jar -Djava.nio.channels.spi.SelectorProvider=… -Dtulle.link=… app.Main
 * }</pre>
 *
 * <p>The stack is up, with its address, before the program begins. A wrong setting is told in one
 * sentence, and ends the JVM with the code 2.
 */
public final class WholeProgram {
  private static final int WRONG = 2;
  private static final String ASYNCHRONOUS = "java.nio.channels.spi.AsynchronousChannelProvider";

  private WholeProgram() {}

  /** As the JVM calls an agent. */
  @SuppressWarnings("deprecation") // there is no other way to the sockets of a program
  public static void premain(String words) {
    try {
      SelectorProvider.provider();
    } catch (java.util.ServiceConfigurationError e) {
      Runtime.getRuntime().exit(WRONG); // the provider has said why
    }
    System.getProperties().putIfAbsent(ASYNCHRONOUS, AsynchronousRefusal.class.getName());
    Tulle net = Programs.net();
    try {
      Socket.setSocketImplFactory(() -> new ProgramSocket(net));
      ServerSocket.setSocketFactory(() -> new ProgramServerSocket(net));
      DatagramSocket.setDatagramSocketImplFactory(() -> new ProgramDatagramSocket(net));
    } catch (IOException e) {
      throw new IllegalStateException(e); // nobody can have been earlier
    }
  }
}
