// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A program that knows nothing of Tulle: fetches URLs side by side with the JDK's client. */
final class HttpFetch {
  private HttpFetch() {}

  /**
   * Prints status, length and digest of each URL's body, and whether it came over HTTP/2, in the
   * order of the URLs.
   */
  public static void main(String[] urls) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (String url : urls) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
    }
    for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
      HttpResponse<byte[]> response = answer.get();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(response.body());
      System.out.println(
          response.statusCode()
              + " "
              + response.body().length
              + " "
              + HexFormat.of().formatHex(digest)
              + (response.version() == HttpClient.Version.HTTP_2 ? " over HTTP/2" : ""));
    }
  }
}
