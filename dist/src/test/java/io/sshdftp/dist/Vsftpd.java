package io.sshdftp.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * vsftpd with an anonymous user who may write: local users would need PAM and an entry in /etc/passwd. {@code pasv_promiscuous}
 * and {@code port_promiscuous} stay NO.
 */
public final class Vsftpd extends FtpServer {
    Vsftpd(Hosts hosts, String address) {
        this(hosts, address, List.of());
    }

    /** @param settings further lines of vsftpd.conf, which override those that this class writes */
    public Vsftpd(Hosts hosts, String address, List<String> settings) {
        this(hosts, hosts.ftp, address, settings);
    }

    /** As above, on another host than the FTP host. */
    public Vsftpd(Hosts hosts, Host host, String address, List<String> settings) {
        super(hosts, host, address);
        String program = Peers.require("vsftpd", "vsftpd");
        List<String> lines = new ArrayList<>(List.of(
                "listen=YES",
                "listen_ipv6=NO",
                "listen_address=" + address,
                "background=NO",
                "anonymous_enable=YES",
                "local_enable=NO",
                "anon_root=" + root,
                // Any account that every Debian has, with a home that exists.
                "ftp_username=" + owner(),
                "nopriv_user=nobody",
                "secure_chroot_dir=" + base().resolve("empty"),
                "write_enable=YES",
                "anon_upload_enable=YES",
                "anon_mkdir_write_enable=YES",
                // Resuming, overwriting and deleting are "other" writes.
                "anon_other_write_enable=YES",
                "anon_world_readable_only=NO",
                "anon_umask=022",
                "connect_from_port_20=YES",
                "xferlog_enable=YES",
                "log_ftp_protocol=YES",
                "vsftpd_log_file=" + log()));
        lines.addAll(settings);
        Path config = write(base().resolve("vsftpd.conf"), String.join("\n", lines) + "\n");
        start(Proc.spec(host, program, config.toString()));
    }

    private Path log() {
        return base().resolve("vsftpd.log");
    }

    @Override
    String name() {
        return "vsftpd";
    }

    @Override
    public String user() {
        return "anonymous";
    }

    @Override
    public String password() {
        return "someone@client.example";
    }

    @Override
    public String owner() {
        return "daemon";
    }

    @Override
    public String tail() {
        return super.tail() + "\n" + Payload.tail(log());
    }
}
