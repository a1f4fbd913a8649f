package io.sshdftp.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
        this(hosts, host, address, settings, Map.of());
    }

    /** With TLS, which it insists on, and on sessions that are resumed and ends that are close_notify, too. */
    static Vsftpd withTls(Hosts hosts, String address, ServerCertificate certificate, TlsVersion version) {
        // This vsftpd has no directive for versions newer than 1.0.
        return new Vsftpd(
                hosts,
                hosts.ftp,
                address,
                List.of(
                        "ssl_enable=YES",
                        "allow_anon_ssl=YES",
                        "force_anon_logins_ssl=YES",
                        "force_anon_data_ssl=YES",
                        "require_ssl_reuse=YES",
                        "strict_ssl_read_eof=YES",
                        "strict_ssl_write_shutdown=YES",
                        "ssl_ciphers=HIGH",
                        "rsa_cert_file=" + certificate.certificate(),
                        "rsa_private_key_file=" + certificate.key()),
                Map.of("OPENSSL_CONF", version.opensslConfiguration(hosts).toString()));
    }

    private Vsftpd(Hosts hosts, Host host, String address, List<String> settings, Map<String, String> environment) {
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
        Proc.Spec spec = Proc.spec(host, program, config.toString());
        environment.forEach(spec::env);
        start(spec);
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
