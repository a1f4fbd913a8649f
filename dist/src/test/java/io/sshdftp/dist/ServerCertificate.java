package io.sshdftp.dist;

import java.nio.file.Path;

/**
 * What an FTP server shows, as files in PEM.
 *
 * @param certificate of the server
 * @param key its private key, for root only
 */
record ServerCertificate(Path certificate, Path key) {}
