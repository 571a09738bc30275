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
        let refused = members.filter { $0.coordination.hasFailedLetter || $0.management.hasFailedLetter }.count
        if refused > 0 { h.fact("Invitations non distribuées", "\(refused)") }
    }

    static func members(_ members: [FederationMember], slug: String, isAdmin: Bool, csrf: String, on h: HTMLWriter) {
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
                    row.title(member.name, href: "/f/\(slug)/msp/\(member.id)")
                    row.cell(member.town)
                    row.cell(member.department)
                    row.cell { state(member.state, on: h) }
                    row.cell { standing(member.coordination, on: h) }
                    row.cell(French.date(member.joined))
                    if isAdmin {
                        row.cell {
                            invitation(of: member, slug: slug, csrf: csrf, on: h)
                            h.linkButton(
                                "Heure", href: "/f/\(slug)/msp/\(member.id)/heure", kind: .quiet, size: .small,
                                .aria(.label, "Heure locale de \(member.name)"))
                        }
                    }
                }
            }
        }
    }

    /// Whether somebody is there, invited or still to be found.
    static func standing(_ standing: FederationMember.RoleStanding, on h: HTMLWriter) {
        if standing.isHeld {
            h.chip("Présente", tone: .done)
        } else if let invited = standing.invited {
            let day = French.date(LocalTime(invited, zone: PortalDates.homeZone).date)
            h.mailChip(standing.letter?.mail)
            h.chip("Invitée le \(day), en attente", tone: .note)
        } else {
            h.chip("À pourvoir", tone: .warn)
        }
    }

    private static func invitation(of member: FederationMember, slug: String, csrf: String, on h: HTMLWriter) {
        if member.hasCoordinator { return }
        if let waiting = member.coordination.invitation {
            if member.coordination.letter?.mail?.hasFailed ?? false {
                return h.linkButton(
                    "Corriger et renvoyer", href: "/f/\(slug)/msp/\(member.id)", size: .small,
                    .aria(.label, "Corriger et renvoyer l’invitation de la coordination de \(member.name)"))
            }
            h.postButton(
                "Renvoyer", action: "/f/\(slug)/msp/\(member.id)/invitations/\(waiting)/renvoyer", csrf: csrf, size: .small,
                .aria(.label, "Renvoyer l’invitation de la coordination de \(member.name)"))
            return
        }
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
