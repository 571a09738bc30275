import Kernel
import KernelRuntime
import Logging

extension ConformanceRule {
    /// What a module declares holds together beyond what the boot checks ask.
    static var declarations: [ConformanceRule] {
        [
            ConformanceRule("two calls of contributions() give the same things", house: unstable),
            ConformanceRule("every permission is explained in French and held by a role", module: unheld),
            ConformanceRule("every column of a list has a filter or a stated reason for having none", module: unfiltered),
            ConformanceRule("every event sample survives a journey through JSON", module: unreadable),
            ConformanceRule("every migration makes tables in the schema of its own module alone", module: strangers),
        ]
    }

    /// Names of what a module brings, in order.
    private static func names(_ given: ModuleContributions) -> [String] {
        given.permissions.map(\.id) + given.records.map(\.id) + given.pages.map(\.path) + given.endpoints.map(\.path)
            + given.events.map(\.id) + given.handlers.map(\.name) + given.indicators.map(\.code) + given.today.map(\.id)
            + given.jobs.map(\.id) + given.migrations.map(\.name)
    }

    private static func unstable(_ house: TestedHouse) throws -> [String] {
        try zip(house.modules, house.with([:]).modules).compactMap { first, second in
            names(first.contributions) == names(second.contributions) ? nil : "\(first.manifest.id): two calls differ."
        }
    }

    private static func unheld(_ module: RegisteredModule) -> [String] {
        module.contributions.permissions.flatMap { permission in
            (permission.label.isEmpty ? ["\(permission.id) has no French label."] : [])
                + (permission.defaultRoles.isEmpty ? ["\(permission.id) is held by no role."] : [])
        }
    }

    private static func unfiltered(_ module: RegisteredModule) -> [String] {
        module.contributions.records.flatMap { record in
            record.columns.compactMap { column in
                guard let field = record.field(column) else { return "\(record.id): the column \(column) is not declared." }
                // Ten letters say more than « no ».
                guard let reason = field.noFilterReason, reason.count <= 10 else { return nil }
                return "\(record.id).\(column): « \(reason) » is no reason for having no filter."
            }
        }
    }

    private static func unreadable(_ module: RegisteredModule) -> [String] {
        module.contributions.events.compactMap { event in
            (try? JSONValue.parse(Array(event.sample.text.utf8))) == event.sample
                ? nil : "\(event.id): its sample is not what is read back."
        }
    }

    /// A table elsewhere would be another module's, or outside the catalogue's reach when this one is off.
    private static func strangers(_ module: RegisteredModule) -> [String] {
        module.contributions.migrations.flatMap { migration in
            tables(migration.sql.lowercased()).filter { !$0.hasPrefix("\(module.manifest.id).") }
                .map { "\(module.manifest.id)/\(migration.name): the table \($0) lies outside its schema." }
        }
    }

    /// Names of the tables that a text makes, by the kernel's call or by hand.
    private static func tables(_ sql: String) -> [String] {
        let called = sql.split(separator: "call kernel.tenant_table('").dropFirst().map { $0.prefix { $0 != "'" } }
        let made = sql.split(separator: "create table ").dropFirst().map { rest in
            rest.trimmingPrefix("if not exists ").prefix { !$0.isWhitespace && $0 != "(" }
        }
        return (called + made).map(String.init)
    }
}
