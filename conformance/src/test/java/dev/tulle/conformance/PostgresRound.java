// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;

/**
 * A program that knows nothing of Tulle: rows, large values, a transaction that fails and a query
 * that is cancelled, with PostgreSQL's driver.
 */
final class PostgresRound {
  private static final int ROWS = 10_000;
  private static final int LARGE = 2_000_000;

  private PostgresRound() {}

  /** Prints a line for each thing that went as it must. The word is a URL of JDBC. */
  public static void main(String[] url) throws Exception {
    try (Connection db = DriverManager.getConnection(url[0]);
        Statement statement = db.createStatement()) {
      ResultSet client = statement.executeQuery("select host(inet_client_addr())");
      client.next();
      System.out.println("seen as " + client.getString(1));
      rows(db, statement);
      large(db, statement);
      fails(db, statement);
      statement.setQueryTimeout(1);
      try {
        statement.execute("select pg_sleep(60)");
      } catch (SQLException e) {
        System.out.println("state " + e.getSQLState());
      }
      statement.execute("select 1");
    }
  }

  private static void rows(Connection db, Statement statement) throws SQLException {
    statement.execute("create temporary table t (id int primary key, name text, octets bytea)");
    db.setAutoCommit(false);
    try (PreparedStatement insert = db.prepareStatement("insert into t values (?, ?, null)")) {
      for (int i = 0; i < ROWS; i++) {
        insert.setInt(1, i);
        insert.setString(2, "row " + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    db.commit();
    statement.setFetchSize(100);
    long sum = 0;
    try (ResultSet all = statement.executeQuery("select id, name from t order by id")) {
      while (all.next()) {
        sum += all.getString(2).equals("row " + all.getInt(1)) ? all.getInt(1) : 0;
      }
    }
    db.commit();
    db.setAutoCommit(true);
    System.out.println("sum " + sum);
  }

  private static void large(Connection db, Statement statement) throws SQLException {
    byte[] octets = new byte[LARGE];
    new Random(1).nextBytes(octets);
    try (PreparedStatement update = db.prepareStatement("update t set octets = ? where id = 1")) {
      update.setBytes(1, octets);
      update.executeUpdate();
    }
    try (ResultSet back = statement.executeQuery("select octets from t where id = 1")) {
      back.next();
      System.out.println("large " + Arrays.equals(octets, back.getBytes(1)));
    }
  }

  private static void fails(Connection db, Statement statement) throws SQLException {
    db.setAutoCommit(false);
    try {
      statement.execute("insert into t values (1, 'again', null)");
    } catch (SQLException e) {
      System.out.println("state " + e.getSQLState());
    }
    db.rollback();
    db.setAutoCommit(true);
  }
}
