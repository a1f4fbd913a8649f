/**
 * Ciphers faster than MINA SSHD's of the same name. Knows the JDK and MINA's {@code Cipher} only; of the JDK one class that it does
 * not show, too, where it can be had.
 */
package io.sshdftp.cipher;
