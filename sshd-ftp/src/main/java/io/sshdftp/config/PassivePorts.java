package io.sshdftp.config;

/**
 * {@code FtpPassivePorts}: which port a reply to PASV or EPSV names toward the ssh client's side.
 *
 * @param server true: the number that the FTP server chose is kept, {@code ports} is empty
 * @param ports the virtual ports; empty and not {@code server} means that no passive port is offered
 */
public record PassivePorts(boolean server, PortRanges ports) {
    /** Keep the FTP server's own numbers. */
    public static final PassivePorts SERVER = new PassivePorts(true, PortRanges.NONE);

    /** @throws IllegalArgumentException if both ways are asked for */
    public PassivePorts {
        if (server && !ports.isEmpty()) {
            throw new IllegalArgumentException("either the server's ports or a range, not both");
        }
    }
}
