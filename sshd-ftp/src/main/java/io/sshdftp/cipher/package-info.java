/**
 * Ciphers faster than MINA SSHD's of the same name. Knows the JDK and MINA's {@code Cipher} only.
 */
package io.sshdftp.cipher;
