package io.sshdftp.sql;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Properties;

/** The table, and how it is reached. */
final class Schema {
    static final String PREFIX = "jdbc:postgresql:";

    static final String TABLE = "sshd_ftp_users";

    /** Lengths as the daemon reads them. */
    static final int MAX_FIELD = 4096;

    static final int MAX_KEYS = 64 * 1024;

    /** What may run again where the table is there already. */
    static final String CREATE =
            """
            CREATE TABLE IF NOT EXISTS sshd_ftp_users (
                name      text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$'),
                password  text NOT NULL,              -- a hash, or ! for none
                root      text NOT NULL,              -- absolute; %u is the name
                options   text NOT NULL DEFAULT '',   -- as behind the third colon of a file of users
                keys      text NOT NULL DEFAULT ''    -- lines as in an authorized_keys file
            );
            """;

    private Schema() {}

    /** What the driver does where the URL says nothing else: no answer of a database that hangs is waited for long. */
    static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "sshd-ftp");
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    /** The URL without what may be a password, for messages. */
    static String shown(String url) {
        return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
    }

    /** What an administrator can do about a failure. */
    static String reason(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (state.equals("42P01")) {
            return message + "; make the table with: sshd-ftp users -u URL schema --create";
        }
        if (state.equals("42501")) {
            return message + "; grant SELECT on " + TABLE + " to the daemon's role";
        }
        return message;
    }

    static IOException failure(String url, SQLException e) {
        return new IOException(shown(url) + ": " + reason(e), e);
    }
}
