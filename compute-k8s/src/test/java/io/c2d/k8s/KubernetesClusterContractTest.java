package io.c2d.k8s;

import io.c2d.core.port.ComputeCluster;
import io.c2d.testkit.ComputeClusterContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;

/** The contract on a simulated Kubernetes. */
final class KubernetesClusterContractTest extends ComputeClusterContract {
    @AutoClose
    private final Fixture fixture = new Fixture();

    @Override
    protected ComputeCluster openEmpty() throws Exception {
        return fixture.open();
    }

    @Override
    protected void await(BooleanSupplier condition) {
        fixture.kubernetes().await(condition);
    }
}
