import Foundation
public import Kernel
@_spi(TrustedSQL) public import Postgres

/// One rule of tenancy, read from PostgreSQL's own catalogue over every schema: a new table is covered without a line of its own.
///
/// `Catalogue/rules.sql` holds them, for these tests and for those of `Tests/Isolation`.
public struct CatalogueRule: Sendable, CustomStringConvertible {
    /// « DB-01 row-level security is not enabled and forced »: what is wrong with the objects that the statement finds.
    public let description: String
    private let statement: SQL

    /// What breaks the rule, as the catalogue names it.
    public func faults(_ pool: PostgresPool) async throws -> [String] {
        try await pool.run(Query(statement)).map { "\(description): \(try $0[0] as String)" }
    }

    /// The rules of the file: what stands before the first heading is said before each.
    public static func all() throws(ModuleSetupError) -> [CatalogueRule] {
        guard let url = Bundle.module.url(forResource: "rules", withExtension: "sql", subdirectory: "Catalogue"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else { throw ModuleSetupError(["The rules of the catalogue cannot be read beside the tests."]) }
        let parts = text.split(separator: "\n-- rule: ", omittingEmptySubsequences: false)
        guard let before = parts.first else { return [] }
        return parts.dropFirst().map { part in
            let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let found = "\(before)\n\(lines.count > 1 ? lines[1] : "")"
            return CatalogueRule(
                description: String(lines.first ?? ""), statement: SQL(trusted: "select x.name::text from (\(found)\n) x(name)"))
        }
    }
}
