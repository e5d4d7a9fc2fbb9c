// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** A program that knows nothing of Tulle: Jetty serves a folder. */
final class JettyServer {
  private JettyServer() {}

  /** Words: address, port, folder. */
  public static void main(String[] words) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost(words[0]);
    connector.setPort(Integer.parseInt(words[1]));
    server.addConnector(connector);
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(server).newResource(words[2]));
    server.setHandler(files);
    server.setStopAtShutdown(true);
    server.start();
    server.join();
  }
}
