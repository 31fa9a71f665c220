/// Roles of the directory by the ids of their templates, which are the same in every tenant. Exchange takes each of these
/// for a role of its own, and ``ExchangeAccess`` relies on that: one that it does not take belongs elsewhere.
package enum RoleTemplate: String, CaseIterable, Sendable {
  case globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
  case exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de"
  case exchangeRecipientAdministrator = "31392ffb-586c-42d1-9346-e59415a2cc4e"
  case securityAdministrator = "194ae4cb-b126-40b2-bd5b-6091b380977d"
  case complianceAdministrator = "17315797-102d-40b4-93e0-432062caca18"
  case globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
  case helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
}
