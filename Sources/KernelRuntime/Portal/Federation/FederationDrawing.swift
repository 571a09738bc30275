internal import HTML
internal import Kernel

/// The calm table of a federation's members.
enum FederationDrawing {
    struct Member {
        let id: Identifier
        let name: String
        let town: String
        let department: String
        let slug: String
        let state: String
        let joined: CivilDate
        let hasCoordinator: Bool

        init(row: Row) throws {
            id = try row[0]
            name = try row[1]
            town = try row.decode(2, as: String?.self) ?? ""
            department = try row.decode(3, as: String?.self) ?? ""
            slug = try row[4]
            state = try row[5]
            joined = try row[6]
            hasCoordinator = try row[7]
        }
    }

    static func facts(_ members: [Member], on h: HTMLWriter) {
        let count = members.count
        h.span(.class("fact"), text: count > 1 ? "\(count) structures" : "\(count) structure")
        let without = members.filter { !$0.hasCoordinator && $0.state == "ACTIVE" }.count
        if without > 0 { h.span(.class("fact"), text: "\(without) sans coordination") }
    }

    static func members(_ members: [Member], slug: String, isAdmin: Bool, own: Set<Identifier>, on h: HTMLWriter) {
        guard !members.isEmpty else {
            return h.div(.class("empty")) {
                h.p(text: "Les structures que la fédération accompagne apparaîtront ici.")
                if isAdmin { h.a(.class("button button--main"), .href("/f/\(slug)/msp/nouvelle"), text: "Ajouter une structure") }
            }
        }
        AccountDrawing.table(
            caption: "Structures adhérentes",
            headers: ["Structure", "Commune", "Département", "Adhésion", "Coordination", "Depuis"] + (isAdmin ? [""] : []), on: h
        ) {
            for member in members { row(member, slug: slug, isAdmin: isAdmin, isOwn: own.contains(member.id), on: h) }
        }
    }

    private static func row(_ member: Member, slug: String, isAdmin: Bool, isOwn: Bool, on h: HTMLWriter) {
        h.tr {
            h.th(.scope(.row)) {
                // The federation does not enter an MSP; somebody who also belongs to it does.
                if isOwn { h.a(.href("/m/\(member.slug)"), text: member.name) } else { h.text(member.name) }
            }
            h.td(.data("label", "Commune"), text: member.town.isEmpty ? "—" : member.town)
            h.td(.data("label", "Département"), text: member.department.isEmpty ? "—" : member.department)
            h.td(.data("label", "Adhésion")) { state(member.state, on: h) }
            h.td(.data("label", "Coordination")) {
                h.span(
                    .class(member.hasCoordinator ? "chip chip--done" : "chip chip--warn"), text: member.hasCoordinator ? "Présente" : "À pourvoir")
            }
            h.td(.data("label", "Depuis"), text: PortalDates.day(member.joined))
            if isAdmin {
                h.td(.class("table__actions")) {
                    if !member.hasCoordinator {
                        h.a(
                            .class("button button--small"), .href("/f/\(slug)/msp/\(member.id)/coordination"),
                            .aria(.label, "Inviter la coordination de \(member.name)"), text: "Inviter")
                    }
                }
            }
        }
    }

    private static func state(_ code: String, on h: HTMLWriter) {
        switch code {
        case "ACTIVE": h.span(.class("chip chip--done"), text: "Adhérente")
        case "PENDING": h.span(.class("chip chip--note"), text: "En attente")
        default: h.span(.class("chip chip--soft"), text: "Sortie")
        }
    }
}
