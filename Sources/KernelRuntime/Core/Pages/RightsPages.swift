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

    private static func read(_ request: MspRequest) async throws -> (access: Access, grants: Grants) {
        let reading = try await request.read(Grants.query(try request.callerDigest(), request.msp.id))
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

    private static func edit(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let role = try Grants.role(request)
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
                                    .disabled(grants.isFixed(role, permission.id, access: access)))
                            }
                        }
                    }
                }
            })
    }

    private static func save(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let role = try Grants.role(request)
        let (access, grants) = try await read(request)
        let chosen = request.web.form.names
        let changes = directory.visible(to: access).flatMap(\.permissions).compactMap {
            permission -> (permission: String, granted: Bool?)? in
            guard !grants.isFixed(role, permission.id, access: access) else { return nil }
            let wanted = chosen.contains(permission.id)
            return wanted == grants.holds(role, permission.id) ? nil : (permission.id, wanted)
        }
        guard !changes.isEmpty else { return .redirect(request.path("structure/droits"), Message(.note, "Aucun droit n’a changé.")) }
        let digest = try request.callerDigest()
        try await request.write { unit in
            try await AccessLock.take(unit)
            try await Grants.change(role, changes, digest, unit)
        }
        return .redirect(
            request.path("structure/droits"),
            Message(.done, "\(French.plural(changes.count, "droit changé", "droits changés")) pour le rôle «\u{A0}\(role.label)\u{A0}»."))
    }
}
