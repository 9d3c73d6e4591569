"""What is refused around reports: words, files, places, categories, following, rating, searching."""

from backend.kernel.errors import AccessDenied, BadInput, Conflict, NotFound


class TextTooLong(BadInput):
    """More words than anybody reads."""

    def __init__(self, longest: int) -> None:
        super().__init__("issue.error.text_too_long", longest=longest)


class TooManyMedia(BadInput):
    """More files than one report may hold."""

    def __init__(self, most: int) -> None:
        super().__init__("issue.error.too_many_media", most=most)


class ReportEmpty(BadInput):
    """Neither words nor a file, or a file that no chat could have sent."""

    def __init__(self) -> None:
        super().__init__("issue.error.report_empty")


class AnswerInvalid(BadInput):
    """An answer to a question that the category does not ask, or not one of its choices."""

    def __init__(self, question: str) -> None:
        super().__init__("issue.error.answer_invalid", question=question)


class OnBehalfInvalid(BadInput):
    """The person for whom somebody reports has no name, or a number that is no telephone number."""

    def __init__(self) -> None:
        super().__init__("issue.error.on_behalf_invalid")


class PlaceInvalid(BadInput):
    """A point that is not on the earth."""

    def __init__(self) -> None:
        super().__init__("issue.error.place_invalid")


class PlaceOutside(BadInput):
    """The point lies in no grid and not in the community."""

    def __init__(self) -> None:
        super().__init__("issue.error.place_outside")


class BuildingUnknown(NotFound):
    """No such building in this community."""

    def __init__(self) -> None:
        super().__init__("issue.error.building_unknown")


class CommunityUnknown(NotFound):
    """No such community."""

    def __init__(self) -> None:
        super().__init__("issue.error.community_unknown")


class CategoryUnknown(NotFound):
    """No such category here, or one that is not offered any more."""

    def __init__(self) -> None:
        super().__init__("issue.error.category_unknown")


class CategoryInUse(Conflict):
    """Issues or sub-categories hang on it: it can be switched off, not deleted."""

    def __init__(self) -> None:
        super().__init__("issue.error.category_in_use")


class CategoryEditInvalid(BadInput):
    """What staff entered does not fit; `field` is the column."""

    def __init__(self, field: str) -> None:
        super().__init__("issue.error.category_edit_invalid", field=field)


class IssueUnknown(NotFound):
    """No such issue, or none that this actor may know of."""

    def __init__(self) -> None:
        super().__init__("issue.error.unknown")


class IssueOver(Conflict):
    """The issue is over (closed, rejected, merged, withdrawn): nobody joins it any more."""

    def __init__(self, number: str) -> None:
        super().__init__("issue.error.over", number=number)


class SourceNotYours(AccessDenied):
    """Who is no worker does not report as a patrol, and who is no office does not pass on the hotline."""

    def __init__(self) -> None:
        super().__init__("issue.error.source_not_yours")


class ReporterCannotUnfollow(Conflict):
    """Who reported hears the end."""

    def __init__(self) -> None:
        super().__init__("issue.error.reporter_cannot_unfollow")


class StarsInvalid(BadInput):
    """A rating is one to five stars."""

    def __init__(self) -> None:
        super().__init__("issue.error.stars_invalid")


class RatingTooEarly(Conflict):
    """There is no result to judge yet."""

    def __init__(self) -> None:
        super().__init__("issue.error.rating_too_early")


class MergeOutsideCommunity(Conflict):
    """Issues of two communities are never one."""

    def __init__(self) -> None:
        super().__init__("issue.error.merge_outside_community")


class SearchTooShort(BadInput):
    """Nothing to search for."""

    def __init__(self) -> None:
        super().__init__("issue.error.search_too_short")
