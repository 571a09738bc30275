internal import HTML
internal import Kernel
internal import KernelUI

/// The calm table of a federation's members.
enum FederationDrawing {
    static func facts(_ members: [FederationMember], on h: HTMLWriter) {
        let count = members.count
        h.fact(nil, French.plural(count, "structure", "structures"))
        let without = members.filter { !$0.hasCoordinator && $0.state == "ACTIVE" }.count
        if without > 0 { h.fact("Sans coordination", "\(without)") }
    }

    static func members(_ members: [FederationMember], slug: String, isAdmin: Bool, own: Set<Identifier>, on h: HTMLWriter) {
        guard !members.isEmpty else {
            return h.empty("Les structures que la fédération accompagne apparaîtront ici.", icon: .people) {
                if isAdmin { h.linkButton("Ajouter une structure", href: "/f/\(slug)/msp/nouvelle", kind: .main) }
            }
        }
        let names = ["Structure", "Commune", "Département", "Adhésion", "Coordination", "Depuis"]
        let columns = names.map { TableColumn($0) } + (isAdmin ? [TableColumn("Actions", .actions)] : [])
        h.table("Structures adhérentes", columns: columns) { table in
            for member in members {
                table.row { row in
                    // The federation does not enter an MSP; somebody who also belongs to it does.
                    row.title(member.name, href: own.contains(member.id) ? "/m/\(member.slug)" : nil)
                    row.cell(member.town)
                    row.cell(member.department)
                    row.cell { state(member.state, on: h) }
                    row.cell { h.chip(member.hasCoordinator ? "Présente" : "À pourvoir", tone: member.hasCoordinator ? .done : .warn) }
                    row.cell(French.date(member.joined))
                    if isAdmin {
                        row.cell {
                            if !member.hasCoordinator { invitation(of: member, slug: slug, on: h) }
                            h.linkButton(
                                "Heure", href: "/f/\(slug)/msp/\(member.id)/heure", kind: .quiet, size: .small,
                                .aria(.label, "Heure locale de \(member.name)"))
                        }
                    }
                }
            }
        }
    }

    private static func invitation(of member: FederationMember, slug: String, on h: HTMLWriter) {
        h.linkButton(
            "Inviter", href: "/f/\(slug)/msp/\(member.id)/coordination", size: .small,
            .aria(.label, "Inviter la coordination de \(member.name)"))
    }

    private static func state(_ code: String, on h: HTMLWriter) {
        switch code {
        case "ACTIVE": h.chip("Adhérente", tone: .done)
        case "PENDING": h.chip("En attente", tone: .note)
        default: h.chip("Sortie")
        }
    }
}
