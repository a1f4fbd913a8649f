package io.sshdftp.cipher;

import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.CipherInformation;

/** Tells of a cipher what MINA tells of its own of the same name, sizes above all. */
abstract class StockInformation implements CipherInformation {
    private final BuiltinCiphers stock;

    StockInformation(BuiltinCiphers stock) {
        this.stock = stock;
    }

    final BuiltinCiphers stock() {
        return stock;
    }

    @Override
    public final String getAlgorithm() {
        return stock.getAlgorithm();
    }

    @Override
    public final String getTransformation() {
        return stock.getTransformation();
    }

    @Override
    public final int getIVSize() {
        return stock.getIVSize();
    }

    @Override
    public final int getAuthenticationTagSize() {
        return stock.getAuthenticationTagSize();
    }

    @Override
    public final int getCipherBlockSize() {
        return stock.getCipherBlockSize();
    }

    @Override
    public final int getKdfSize() {
        return stock.getKdfSize();
    }

    @Override
    public final int getKeySize() {
        return stock.getKeySize();
    }

    @Override
    public final String toString() {
        return stock.getName();
    }
}
