internal import Kernel

/// Rights of every role of an MSP as they stand.
struct Grants: Sendable {
    /// By role: permission, whether it is a default, whether it is granted.
    private var byRole: [String: [String: (isDefault: Bool, isGranted: Bool)]] = [:]

    static func query(_ digest: [UInt8], _ msp: Identifier) -> Query {
        Query(
            "select role, permission, by_default, granted from kernel.list_role_permissions($1, $2)", .bytes(digest), .id(msp))
    }

    init(_ rows: ResultSet) throws {
        for row in rows { byRole[try row[0], default: [:]][try row[1]] = (try row[2], try row[3]) }
    }

    func holds(_ role: Role, _ permission: String) -> Bool { byRole[role.rawValue]?[permission]?.isGranted ?? false }

    func isDefault(_ role: Role, _ permission: String) -> Bool { byRole[role.rawValue]?[permission]?.isDefault ?? false }

    func differs(_ role: Role, _ permission: String) -> Bool { holds(role, permission) != isDefault(role, permission) }

    /// Bounds of `kernel.set_role_permission`: nobody gives what he does not have, and managers keep the administration.
    func isFixed(_ role: Role, _ permission: String, access: Access) -> Bool {
        role == .manager && permission.hasPrefix("core.") || (!holds(role, permission) && !access.can(permission))
    }

    /// A role of an MSP by its code, in any case.
    static func role(_ request: MspRequest) throws -> Role {
        let code = (request.web.parameters["role"] ?? "").uppercased()
        guard let role = CorePermissions.mspRoles.first(where: { $0.rawValue == code }) else { throw Refusal.notFound }
        return role
    }

    /// Grants and withdraws, each traced by the kernel; null goes back to the default.
    static func change(_ role: Role, _ changes: [(permission: String, granted: Bool?)], _ digest: [UInt8], _ unit: WriteUnit) async throws {
        for change in changes {
            unit.enqueue(
                Query(
                    "select kernel.set_role_permission($1, $2, $3, $4, $5)", .bytes(digest), .id(unit.msp), .text(role.rawValue),
                    .text(change.permission), .bool(change.granted)))
        }
        do {
            try await unit.run()
        } catch let error as PostgresError where error.isRule {
            throw Refusal.conflict("out_of_bounds", "L’un de ces droits ne peut pas être changé par vous. Rechargez la page.")
        }
    }
}
