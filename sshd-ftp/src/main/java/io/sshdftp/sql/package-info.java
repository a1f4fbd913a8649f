/**
 * The daemon's own users in a table of PostgreSQL: {@code VirtualUsers jdbc:postgresql:...}.
 *
 * <p>{@link io.sshdftp.sql.UserTable} is the table as the daemon reads it, {@link io.sshdftp.sql.UserTableRecords} as an administrator
 * changes it; {@code Schema} is what it looks like. {@link io.sshdftp.sql.UserTables} keeps one {@code UserTable} for each URL, so that a
 * configuration which is read again goes on with the connections that there are.
 *
 * <p>THREADS: a few of each table's own, which wait for the database; nobody else does. BOUNDS: at {@code UserTable}.
 */
package io.sshdftp.sql;
