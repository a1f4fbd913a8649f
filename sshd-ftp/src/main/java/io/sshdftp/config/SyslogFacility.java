package io.sshdftp.config;

/** {@code SyslogFacility}: the code that syslog(3) messages carry (RFC 5424 section 6.2.1). */
public enum SyslogFacility {
    DAEMON(3),
    USER(1),
    AUTH(4),
    AUTHPRIV(10),
    LOCAL0(16),
    LOCAL1(17),
    LOCAL2(18),
    LOCAL3(19),
    LOCAL4(20),
    LOCAL5(21),
    LOCAL6(22),
    LOCAL7(23);

    private final int code;

    SyslogFacility(int code) {
        this.code = code;
    }

    /** RFC 5424's numerical code, 0 to 23. */
    public int code() {
        return code;
    }
}
