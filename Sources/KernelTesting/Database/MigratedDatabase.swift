import Foundation
import Kernel
import KernelRuntime
import Logging
@_spi(TrustedSQL) public import Postgres

/// A database of its own, migrated to a house as `collectif migrate` does it and dropped at the end.
///
/// `COLLECTIF_TEST_DATABASE_URL` is the address of a superuser of a cluster that nobody else needs: `infra/test` and `infra/cluster` start
/// one. The roles come from `infra/roles.sql`; the program `psql` reads it.
public struct MigratedDatabase: Sendable {
    /// The house, its environment holding the addresses of this database.
    public let house: TestedHouse
    /// As the superuser, who sees the whole catalogue and every row.
    public let pool: PostgresPool

    /// Makes the database, gives it to the body, drops it.
    public static func with<T>(_ house: TestedHouse, _ body: (MigratedDatabase) async throws -> T) async throws -> T {
        let cluster = try TestCluster()
        let name = "kit_" + Identifier.make().description.replacing("-", with: "")
        try await cluster.create(name)
        do {
            let result = try await filled(cluster, name, house, body)
            try await cluster.drop(name)
            return result
        } catch {
            try? await cluster.drop(name)
            throw error
        }
    }

    private static func filled<T>(
        _ cluster: TestCluster, _ name: String, _ house: TestedHouse, _ body: (MigratedDatabase) async throws -> T
    ) async throws -> T {
        let house = try house.with([
            "COLLECTIF_DATABASE_URL": try cluster.address(of: name, as: "collectif_server"),
            "COLLECTIF_WORKER_DATABASE_URL": try cluster.address(of: name, as: "collectif_worker"),
            "COLLECTIF_OWNER_DATABASE_URL": try cluster.address(of: name, as: "collectif_owner"),
        ])
        let owner = try house.platform.ownerPool()
        do {
            _ = try await house.platform.migrator.apply(owner)
            try await house.platform.syncPermissions(owner)
        } catch {
            await owner.close()
            throw error
        }
        await owner.close()
        return try await cluster.withPool(name) { try await body(MigratedDatabase(house: house, pool: $0)) }
    }

    /// Everything in which its tables differ from the declarations of the house, what it does not understand of their statements, and every
    /// rule of tenancy that is broken.
    public func faults() async throws -> [String] {
        let registry = house.platform.registry
        var faults = try await TableChecks.faults(registry, pool) + StateChecks.faults(registry.catalog, pool)
        faults += try await statementFaults()
        for rule in try CatalogueRule.all() { faults += try await rule.faults(pool) }
        return faults
    }
}
