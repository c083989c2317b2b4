package io.c2d.signing;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The curve of Ethereum's keys (SEC 2, section 2.4.1). Its points may be shared by threads. */
final class Secp256k1 {
    private static final X9ECParameters PARAMETERS = CustomNamedCurves.getByName("secp256k1");

    static final ECCurve CURVE = PARAMETERS.getCurve();

    /** The base point, G. */
    static final ECPoint BASE = PARAMETERS.getG();

    /** The order of the base point, n. */
    static final BigInteger ORDER = PARAMETERS.getN();

    /** The greatest s of a signature in its low form (EIP-2). */
    static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

    private Secp256k1() {}

    /** Whether it is in 1..n-1: a private key, or a part of a signature. */
    static boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(ORDER) < 0;
    }

    /** G times a secret scalar, in affine coordinates; the comb takes the same steps whatever the scalar. */
    static ECPoint timesBase(BigInteger secret) {
        return new FixedPointCombMultiplier().multiply(BASE, secret).normalize();
    }
}
