/**
 * Who may log in, and with which rights: the daemon's own users and their password hashes, authorized_keys, and the daemon's host keys.
 *
 * <p>What stands where: {@link io.sshdftp.auth.VirtualUsers} is the file of users; {@link io.sshdftp.auth.PasswordHash} one hash of it;
 * {@link io.sshdftp.auth.PasswordCheck} the threads that work hashes out; {@link io.sshdftp.auth.PasswordLogin} and
 * {@link io.sshdftp.auth.PublicKeyLogin} the two methods as MINA sees them; {@link io.sshdftp.auth.AuthorizedKeys} finds a key's line and
 * {@link io.sshdftp.auth.KeyGrant} is what that line allows; {@link io.sshdftp.auth.UserCertificate} is a certificate in place of a key,
 * {@link io.sshdftp.auth.TrustedAuthorities} who may make them out, {@link io.sshdftp.auth.RevokedKeys} what lets nobody in any more;
 * {@link io.sshdftp.auth.HostKeys} loads and makes host keys, {@link io.sshdftp.auth.HostCertificates} loads their certificates.
 *
 * <p>THREADS: MINA calls an authenticator on an I/O worker that holds the session's decode lock. A password hash is made to be slow, so
 * passwords are worked out on {@code PasswordCheck}'s own threads and answered through MINA's {@code AsyncAuthException};
 * {@link io.sshdftp.auth.SerialUserAuthService} keeps the requests of one connection in order meanwhile (RFC 4252 section 5.1), and
 * {@code PasswordLogin} refuses to work without it. Public keys are looked up on the I/O worker itself, never asynchronously: MINA takes
 * an asynchronous yes for the end of the whole method, and would skip the signature. The price is one bounded read of a small local file.
 *
 * <p>BOUNDS: each class states its own; none of them depends on what a client sends.
 */
package io.sshdftp.auth;
