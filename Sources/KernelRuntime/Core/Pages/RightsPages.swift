internal import HTML
internal import Kernel
internal import KernelUI

/// What each role may do, and where the structure departs from the defaults.
enum RightsPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [
            PageRoute(.get, "droits", permission: CorePermissions.readMembers) { try await matrix($0, directory) },
            PageRoute(.get, "droits/:role", permission: CorePermissions.manageRoles) { try await edit($0, directory) },
            PageRoute(.post, "droits/:role", permission: CorePermissions.manageRoles) { try await save($0, directory) },
        ]
    }

    /// Rights of every role as they stand.
    private struct Grants {
        /// By role: permission, whether it is a default, whether it is granted.
        private var byRole: [String: [String: (isDefault: Bool, isGranted: Bool)]] = [:]

        init(_ rows: ResultSet) throws {
            for row in rows { byRole[try row[0], default: [:]][try row[1]] = (try row[2], try row[3]) }
        }

        func holds(_ role: Role, _ permission: String) -> Bool { byRole[role.rawValue]?[permission]?.isGranted ?? false }

        func isDefault(_ role: Role, _ permission: String) -> Bool { byRole[role.rawValue]?[permission]?.isDefault ?? false }

        func differs(_ role: Role, _ permission: String) -> Bool { holds(role, permission) != isDefault(role, permission) }
    }

    private static func read(_ request: MspRequest) async throws -> (access: Access, grants: Grants) {
        let reading = try await request.read(
            Query(
                "select role, permission, by_default, granted from kernel.list_role_permissions($1, $2)",
                .bytes(try request.callerDigest()),
                .id(request.msp.id)))
        return (reading.access, try Grants(reading.results[0]))
    }

    // MARK: Matrix

    /// Eight columns must fit beside the rail; the buttons above the table bear the full names.
    private static let shortLabels: [Role: String] = [
        .coordinator: "Coord.", .manager: "Gérance", .leader: "Leader", .actionLead: "Resp. action", .professional: "Équipe",
        .secretary: "Secrét.",
        .externalGuest: "Invité", .accountant: "Compta.",
    ]

    private static func matrix(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let (access, grants) = try await read(request)
        let roles = CorePermissions.mspRoles
        let base = request.path("structure/droits")
        let mayEdit = access.can(CorePermissions.manageRoles)
        return .page(
            Page(access: access, title: "Droits") { h in
                h.p(
                    .class("prose"),
                    text: "Ce que permet chaque rôle dans cette structure. Une personne qui a plusieurs rôles en cumule les droits.")
                if mayEdit {
                    h.div(.class("row")) {
                        h.span(text: "Adapter les droits\u{A0}:")
                        for role in roles { h.linkButton(role.label, href: "\(base)/\(role.rawValue.lowercased())", size: .small) }
                    }
                }
                for entry in directory.visible(to: access) where !entry.permissions.isEmpty {
                    h.h2(text: entry.manifest.label)
                    h.table(
                        "Droits\u{A0}: \(entry.manifest.label)",
                        columns: [TableColumn("Droit")] + roles.map { TableColumn(shortLabels[$0] ?? $0.label) }, isDense: true
                    ) { table in
                        for permission in entry.permissions {
                            table.row { row in
                                row.title(permission.label)
                                for role in roles { row.cell { cell(grants, role, permission.id, on: h) } }
                            }
                        }
                    }
                }
            })
    }

    private static func cell(_ grants: Grants, _ role: Role, _ permission: String, on h: HTMLWriter) {
        if grants.holds(role, permission) {
            h.span(.aria(.hidden, true), text: "✓")
            h.span(.class("vh"), text: "oui")
        } else {
            h.span(.class("soft"), .aria(.hidden, true), text: "—")
            h.span(.class("vh"), text: "non")
        }
        if grants.differs(role, permission) { h.small(.class("soft"), text: " modifié") }
    }

    // MARK: One role

    private static func role(_ request: MspRequest) throws -> Role {
        let code = (request.web.parameters["role"] ?? "").uppercased()
        guard let role = CorePermissions.mspRoles.first(where: { $0.rawValue == code }) else { throw Refusal.notFound }
        return role
    }

    /// Bounds of `kernel.set_role_permission`: what the form does not even offer.
    private static func isFixed(_ role: Role, _ permission: String, grants: Grants, access: Access) -> Bool {
        role == .manager && permission.hasPrefix("core.") || (!grants.holds(role, permission) && !access.can(permission))
    }

    private static func edit(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let role = try role(request)
        let (access, grants) = try await read(request)
        let base = request.path("structure/droits")
        return .page(
            Page(access: access, title: role.label, crumbs: [Crumb("Droits", href: base)]) { h in
                h.portalForm(
                    action: "\(base)/\(role.rawValue.lowercased())", csrf: access.csrf, button: "Enregistrer les droits", cancel: base
                ) {
                    h.p(
                        .class("field__help"),
                        text: "Vous ne pouvez accorder que des droits que vous avez vous-même. La gérance garde toujours l’administration.")
                    for entry in directory.visible(to: access) where !entry.permissions.isEmpty {
                        h.formSection(entry.manifest.label) {
                            for permission in entry.permissions {
                                let note = grants.differs(role, permission.id) ? " Différent du réglage d’origine." : ""
                                let help = permission.explanation + note
                                h.checkField(
                                    Field(permission.label, name: permission.id, help: help.isEmpty ? nil : help),
                                    isOn: grants.holds(role, permission.id),
                                    .disabled(isFixed(role, permission.id, grants: grants, access: access)))
                            }
                        }
                    }
                }
            })
    }

    private static func save(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let role = try role(request)
        let (access, grants) = try await read(request)
        let chosen = request.web.form.names
        let changes = directory.visible(to: access).flatMap(\.permissions).compactMap { permission -> (String, Bool)? in
            guard !isFixed(role, permission.id, grants: grants, access: access) else { return nil }
            let wanted = chosen.contains(permission.id)
            return wanted == grants.holds(role, permission.id) ? nil : (permission.id, wanted)
        }
        guard !changes.isEmpty else { return .redirect(request.path("structure/droits"), Message(.note, "Aucun droit n’a changé.")) }
        let digest = try request.callerDigest()
        do {
            try await request.write { unit in
                for (permission, wanted) in changes {
                    unit.enqueue(
                        Query(
                            "select kernel.set_role_permission($1, $2, $3, $4, $5)", .bytes(digest), .id(unit.msp), .text(role.rawValue),
                            .text(permission), .bool(wanted)))
                }
                try await unit.run()
            }
        } catch let error as PostgresError where error.isRule {
            throw Refusal.conflict("out_of_bounds", "L’un de ces droits ne peut pas être changé par vous. Rechargez la page.")
        }
        return .redirect(
            request.path("structure/droits"),
            Message(.done, "\(French.plural(changes.count, "droit changé", "droits changés")) pour le rôle «\u{A0}\(role.label)\u{A0}»."))
    }
}
