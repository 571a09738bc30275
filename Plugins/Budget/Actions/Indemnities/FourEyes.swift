import Kernel

/// Where two people must agree about money, each account is known as one person of the team: a second mailbox that is nobody there would be
/// a second pair of eyes of the same person.
enum FourEyes {
    static let sentence =
        "Votre compte n’est relié à aucune personne de l’équipe\u{00A0}: demandez à la coordination de le relier. Deux validations viennent de deux personnes connues."

    static func requirePerson(_ unit: WriteUnit) throws {
        if unit.access.professional == nil { throw Refusal.conflict("no_person", sentence) }
    }
}
