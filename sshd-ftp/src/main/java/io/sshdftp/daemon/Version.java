package io.sshdftp.daemon;

/** The version, from the manifest of the jar; "development" when run from classes. */
final class Version {
    static final String NUMBER =
            Main.class.getPackage().getImplementationVersion() == null ? "development" : Main.class.getPackage().getImplementationVersion();
    /** Also the software version of the SSH identification (RFC 4253, 4.2): no blank and no minus sign. */
    static final String SOFTWARE = "sshd_ftp_" + NUMBER.replace('-', '_');

    static final String TEXT = "sshd-ftp " + NUMBER;

    private Version() {}
}
